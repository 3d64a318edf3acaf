// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

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
        try await NamedInput(
            path: path, subject: "the report", hint: "name its file: coffer leak import FILE",
            limit: LeakReport.largest, patience: patience
        ).read(context)
    }
}
