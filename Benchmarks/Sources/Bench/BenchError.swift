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
    /// No row of that name.
    case unknownRow(String)
}
