// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads a scanner's report, which is full of secrets, into memory that is wiped.
enum ReportInput {
    /// How long a report may take: 1 h, as a scanner that writes into a pipe searches meanwhile.
    private static let patience = Duration.seconds(3600)

    /// Reads a file, or standard input.
    ///
    /// - Parameters:
    ///   - path: The file, also a named pipe; a hyphen or nil for standard input.
    ///   - context: Where standard input is taken from.
    /// - Returns: at most ``LeakReport/largest`` bytes.
    /// - Throws: ``CommandError`` `usage` where a person would have to type it, `not_found`, `input_output`, `input_empty`,
    ///   `input_too_large`, `no_answer`.
    static func read(_ path: String?, _ context: CommandContext) async throws -> Secret {
        guard let path, path != "-" else {
            guard !context.input.isTerminal else {
                throw CommandError(
                    "usage", message: "the report is neither a file nor on standard input",
                    hint: "name its file: coffer leak import FILE")
            }
            return try await context.input.contents(limit: LeakReport.largest, deadline: patience)
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
        return try await InputDescriptor(number).contents(limit: LeakReport.largest, deadline: patience)
    }
}
