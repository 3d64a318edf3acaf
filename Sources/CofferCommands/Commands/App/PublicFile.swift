// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a text that a person names by its file, and that anybody may read: bounded in size and in time.
///
/// A pipe is as good as a file, as a shell's `<(...)` makes one, and so is a device: what has no end is refused at the limit,
/// and what never comes at the deadline.
enum PublicFile {
    /// Reads a text.
    ///
    /// - Parameters:
    ///   - path: where it lies; also a named pipe.
    ///   - limit: the most bytes.
    ///   - limitText: the same for people, as `64 KiB`.
    ///   - patience: how long the whole of it is waited for.
    /// - Returns: what it says, byte for byte.
    /// - Throws: ``CommandError`` with the code `not_found`, `input_output`, `too_large`, `no_answer`, or `input_not_text` for
    ///   what is not UTF-8 or has a zero byte in it; never what stands there. `CancellationError`.
    static func read(
        _ path: String, limit: Int, _ limitText: String, patience: Duration = TerminalQuestion.patience
    ) async throws -> String {
        // Non-blocking, so that a pipe that nobody writes to is waited for no longer than that.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard number >= 0 else { throw failure(errno, path) }
        defer { close(number) }
        let contents: Secret
        do {
            contents = try await InputDescriptor(number).contents(limit: limit, deadline: patience)
        } catch let error as CommandError {
            switch error.code {
            case "input_too_large": throw CommandError("too_large", message: "\(path) has more than \(limitText)")
            case "no_answer":
                throw CommandError(
                    "no_answer", message: "\(path) did not end within \(patience.components.seconds) s")
            default: throw CommandError("input_output", message: "the file \(path) cannot be read")
            }
        }
        return try contents.withExposedBytes { bytes in try text(bytes, path) }
    }

    /// The bytes as text, none of them replaced by another.
    private static func text(_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> String {
        if !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let line = lines.firstIndex { $0.contains(0) || String(validating: $0, as: UTF8.self) == nil } ?? 0
        throw CommandError(
            "input_not_text",
            message: "line \(line + 1) of \(path) is no text: a zero byte, or bytes that are not UTF-8")
    }

    private static func failure(_ number: Int32, _ path: String) -> CommandError {
        number == ENOENT
            ? CommandError("not_found", message: "there is no file \(path)")
            : CommandError(
                "input_output", message: "the file \(path) cannot be read: \(SystemMessage.text(number))")
    }
}
