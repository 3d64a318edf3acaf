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

/// A file that a person names, or standard input; read into memory that is wiped, as there may be secrets in it.
struct NamedInput: Sendable {
    /// The file, also a named pipe; a hyphen or nil for standard input.
    let path: String?
    /// What it is, for errors: `the report`.
    let subject: String
    /// How it is named, for a hint.
    let hint: String
    /// The most that it may have, in bytes.
    let limit: Int
    /// How long the whole of it is waited for.
    let patience: Duration

    /// Reads all of it.
    ///
    /// - Parameter context: where standard input is taken from.
    /// - Returns: the bytes as they are.
    /// - Throws: ``CommandError`` `usage` where a person would have to type it, `not_found`, `input_output`, `input_too_large`,
    ///   `no_answer`.
    func read(_ context: CommandContext) async throws -> Secret {
        guard let path, path != "-" else {
            guard !context.input.isTerminal else {
                throw CommandError(
                    "usage", message: "\(subject) is neither a file nor on standard input", hint: hint)
            }
            return try await context.input.contents(limit: limit, deadline: patience)
        }
        // Non-blocking, so that a named pipe that nobody writes to is waited for no longer than that.
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard number >= 0 else {
            let reason = errno
            guard reason != ENOENT else { throw CommandError("not_found", message: "there is no file \(path)") }
            throw CommandError(
                "input_output", message: "the file \(path) cannot be read: \(SystemMessage.text(reason))")
        }
        defer { close(number) }
        return try await InputDescriptor(number).contents(limit: limit, deadline: patience)
    }
}
