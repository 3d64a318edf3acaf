// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A pipe to oneself that ends a wait for input: a signal handler or a cancelled task writes a byte.
final class WakePipe: Sendable {
    /// What is polled along with the input.
    let readEnd: Int32

    /// What is written to, also by signal handlers.
    let writeEnd: Int32

    /// Opens the pipe, both ends closed on exec and not blocking.
    ///
    /// - Throws: ``CommandError`` if no descriptor is left.
    init() throws(CommandError) {
        (readEnd, writeEnd) = try Self.ends()
        for end in [readEnd, writeEnd] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// Opens a pipe, both ends closed on exec and the caller's to close.
    ///
    /// - Returns: the end to read from, and the one to write to.
    /// - Throws: ``CommandError`` if no descriptor is left.
    static func ends() throws(CommandError) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandError("input_output", message: "no pipe could be opened: \(SystemMessage.text(errno))")
        }
        // pipe2(2) would set both at once, but Darwin has none and glibc hides it.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Ends the wait.
    func wake() {
        let byte: UInt8 = 0
        // A full pipe would mean that it is about to wake anyway.
        withUnsafeBytes(of: byte) { _ = write(writeEnd, $0.baseAddress, 1) }
    }

    /// Writes a signal's number, from its handler: calls only what signal-safety(7) allows, write(2), with errno kept.
    static func note(_ signal: Int32, at writeEnd: Int32) {
        let number = errno
        withUnsafeBytes(of: UInt8(truncatingIfNeeded: signal)) { _ = write(writeEnd, $0.baseAddress, 1) }
        errno = number
    }

    /// Takes the byte that ended the wait, for a signal its number; `nil` if there is none.
    func take() -> UInt8? {
        var byte: UInt8 = 0
        return read(readEnd, &byte, 1) == 1 ? byte : nil
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }
}
