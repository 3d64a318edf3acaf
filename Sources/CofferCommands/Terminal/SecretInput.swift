// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The one way for a secret to come in: standard input, a descriptor, or a hidden prompt.
///
/// The prompt is shown if standard input is a terminal. An argument never holds a secret: those are
/// seen by every user of the machine.
struct SecretInput: Sendable {
    /// The most bytes of a static secret: 1 MiB, for key files and the like.
    static let largestValue = 1_048_576

    /// The most bytes of a secret that is text; the same as at a prompt.
    static let largestText = TerminalDevice.longestHiddenAnswer

    /// Standard input.
    private let input: InputDescriptor

    /// The person to ask.
    private let terminal: any Terminal

    /// How long all of it may take.
    private let deadline: Duration

    /// Reads from the context's input or terminal.
    ///
    /// - Parameters:
    ///   - context: where input and terminal are taken from.
    ///   - descriptor: another descriptor to read instead of standard input; then nobody is asked.
    ///   - deadline: how long each prompt, or the whole input, is waited for.
    init(_ context: CommandContext, descriptor: Int32? = nil, deadline: Duration = TerminalQuestion.patience) {
        input = descriptor.map { InputDescriptor($0) } ?? context.input
        terminal = context.terminal
        self.deadline = deadline
    }

    /// A secret that is text: `client_secret`, a refresh token.
    ///
    /// - Parameter name: what it is called in prompts and errors.
    /// - Returns: the text, without the one line break that ends it.
    /// - Throws: ``CommandError`` with the code `input_empty`, `input_too_large` or
    ///   `input_not_text`, and what reading throws.
    func text(_ name: String) async throws -> Secret {
        try await texts([name])[0]
    }

    /// Several secrets that are text, one on each line.
    ///
    /// - Parameter names: what they are called in prompts and errors, in order.
    /// - Returns: as many secrets, none of them empty.
    /// - Throws: as ``text(_:)``.
    func texts(_ names: [String]) async throws -> [Secret] {
        if input.isTerminal {
            var secrets: [Secret] = []
            for name in names {
                secrets.append(try checked(try await terminal.secret(name, deadline: deadline), name))
            }
            return secrets
        }
        let contents = try await input.contents(limit: Self.largestText * names.count, deadline: deadline)
        let lines = SecretLines.split(contents)
        guard lines.count >= names.count else {
            throw CommandError("input_empty", message: "the input holds no \(names[lines.count])")
        }
        guard lines.count == names.count else {
            throw CommandError(
                "input_not_text",
                message: names.count == 1
                    ? "the \(names[0]) has more than one line" : "the input has more than \(names.count) lines",
                hint: "was something else pasted?")
        }
        return try zip(lines, names).map { try checked($0, $1) }
    }

    /// The exact bytes of a static secret; at a prompt, the line without its end.
    ///
    /// - Parameter name: what it is called in prompts and errors.
    /// - Returns: 1 byte to 1 MiB.
    /// - Throws: ``CommandError`` with the code `input_empty` or `input_too_large`, and what
    ///   reading throws.
    func bytes(_ name: String) async throws -> Secret {
        if input.isTerminal { return try await terminal.secret(name, deadline: deadline) }
        let contents = try await input.contents(limit: Self.largestValue, deadline: deadline)
        guard !contents.isEmpty else { throw CommandError("input_empty", message: "the \(name) is empty") }
        return contents
    }

    /// Refuses what cannot be a secret that is text, without repeating it.
    private func checked(_ secret: Secret, _ name: String) throws(CommandError) -> Secret {
        guard !secret.isEmpty else { throw CommandError("input_empty", message: "the \(name) is empty") }
        guard secret.byteCount <= Self.largestText else {
            throw CommandError("input_too_large", message: "the \(name) is longer than \(Self.largestText) bytes")
        }
        guard SecretLines.isText(secret) else {
            throw CommandError(
                "input_not_text", message: "the \(name) holds bytes that are no text", hint: "was a file given?")
        }
        return secret
    }
}
