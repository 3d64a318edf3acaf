// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Where a command writes: a descriptor of the process, or a test's record.
protocol OutputDevice: Sendable {
    /// Writes all of the bytes.
    ///
    /// - Throws: ``CommandError`` with the code `closed_pipe`, `disk_full`, `cannot_write` or
    ///   `input_output`.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CommandError)

    /// Makes sure that what was written has arrived; the last thing that a command does.
    ///
    /// - Throws: ``CommandError`` as from ``write(_:)``.
    func finish() throws(CommandError)

    /// Whether a person reads it on a terminal.
    var isTerminal: Bool { get }

    /// How many columns the terminal has; absent where there is none.
    var columnCount: Int? { get }

    /// How many rows the terminal has; absent where there is none.
    var rowCount: Int? { get }
}

extension OutputDevice {
    /// There is none.
    var rowCount: Int? { nil }
}

extension OutputDevice {
    /// Writes a text, in UTF-8.
    ///
    /// - Throws: ``CommandError`` as from ``write(_:)-(UnsafeRawBufferPointer)``.
    func write(_ text: String) throws(CommandError) {
        var text = text
        let result = text.withUTF8 { buffer in
            Result { () throws(CommandError) in try write(UnsafeRawBufferPointer(buffer)) }
        }
        try result.get()
    }

    /// Writes the bytes of a secret, from its own memory.
    ///
    /// - Throws: ``CommandError`` as from ``write(_:)-(UnsafeRawBufferPointer)``.
    func write(_ secret: Secret) throws(CommandError) {
        try secret.withExposedBytes { bytes throws(CommandError) in try write(bytes) }
    }
}
