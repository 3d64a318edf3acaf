// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a benchmark could not be run.
enum BenchError: Error {
    /// A read gave nothing.
    case noValue
    /// A scan gave another number of entries than there are.
    case wrongCount
    /// SQLite refused; its result code.
    case sqlite(Int32)
    /// libsodium refused.
    case sodium
    /// Another process of this program ended with this status.
    case childFailed(Int32)
    /// Another process that was to be killed ended by itself, or was not ended by the kill.
    case notKilled
    /// The variable COFFER names no program.
    case noProgram
    /// A program that is measured against is not there.
    case notInstalled(String)
    /// This setting of a database server lets commits be lost.
    case notDurable(String)
    /// No row of that name.
    case unknownRow(String)
}
