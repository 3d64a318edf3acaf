// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A line of text that is no secret and that people send each other: a public identity, an invitation, a pin.
enum LineArgument {
    /// Longer lines are none of ours, in bytes.
    private static let longest = 1 << 20

    /// Takes the argument, or else standard input, or else asks on the terminal.
    ///
    /// - Parameters:
    ///   - argument: what stands on the command line.
    ///   - name: what it is called in the prompt and in errors.
    ///   - context: where input and terminal are taken from.
    /// - Returns: the text, with white space around it perhaps.
    /// - Throws: ``CommandError`` with the code `input_empty`, `input_too_large`, and what reading throws.
    static func text(_ argument: String?, _ name: String, _ context: CommandContext) async throws -> String {
        if let argument { return argument }
        let text: String
        if context.input.isTerminal {
            text = try await context.terminal.line(name)
        } else {
            text = try await context.input.contents(limit: longest).withExposedText { $0 }
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                "input_empty", message: "there is no \(name)", hint: "give it as an argument or on standard input")
        }
        return text
    }
}
