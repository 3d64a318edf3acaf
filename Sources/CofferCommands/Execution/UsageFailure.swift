// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// What the argument parser says of a command line, in the form of Coffer's own messages.
enum UsageFailure {
    /// A request for help or the version, which is data.
    case help(String)
    /// A command line that is not understood: the error, and the lines that say how it is written.
    case wrong(CommandError, usage: [String])

    /// Reads an error of the argument parser.
    ///
    /// - Parameters:
    ///   - error: what the parser threw.
    ///   - arguments: the command line, which the parser quotes.
    ///   - columnCount: how wide the terminal is.
    init(_ error: any Error, arguments: [String], columnCount: Int?) {
        let text = CofferCommand.fullMessage(for: error, columns: columnCount ?? Self.plainColumnCount)
        guard CofferCommand.exitCode(for: error) != .success else {
            self = .help(text.hasSuffix("\n") ? text : text + "\n")
            return
        }
        let message = Self.redact(Self.lowercased(CofferCommand.message(for: error)), arguments)
        let shown = CofferCommand._errorPrefix + CofferCommand.message(for: error)
        let rest = text.hasPrefix(shown) ? text.dropFirst(shown.count) : ""
        let lines = rest.split(separator: "\n").map { Self.clean(Self.lowercased(Self.withoutIndent($0))) }
        self = .wrong(
            CommandError("usage", message: Self.clean(message), hint: Self.hint(message)), usage: lines)
    }

    /// How wide help is where there is no terminal.
    private static let plainColumnCount = 100

    /// The parser ends some of its sentences with a full stop, and some span lines.
    private static func clean(_ message: String) -> String {
        let line = message.split(separator: "\n").joined(separator: " ")
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }

    /// The message without what was quoted of the command line, unless it looks like a word of ours.
    ///
    /// A secret that somebody gives as an argument is seen by every user of the machine already; it need not be in the
    /// log of the job as well.
    private static func redact(_ message: String, _ arguments: [String]) -> String {
        arguments.map { $0.hasPrefix("-") ? $0.drop { $0 != "=" }.dropFirst() : Substring($0) }
            .filter { !isPlainWord($0) }
            .sorted { $0.count > $1.count }
            .reduce(message) { $0.replacing("'\($1)'", with: "'…'").replacing("=\($1)'", with: "=…'") }
    }

    /// Whether a text may be repeated: a mistyped command, a path.
    private static func isPlainWord(_ text: Substring) -> Bool {
        text.count <= 24 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || [0x2D, 0x2E, 0x2F].contains($0) }
    }

    /// What to do where somebody looks for an option that takes a secret.
    private static func hint(_ message: String) -> String? {
        guard message.hasPrefix("unknown option"), ["secret", "token", "password"].contains(where: message.contains)
        else { return nil }
        return "secrets come from a hidden prompt or standard input, never from an argument"
    }

    /// The line without the spaces before it.
    private static func withoutIndent(_ line: Substring) -> String { String(line.drop { $0 == " " }) }

    /// The text with its first letter in lower case, as everything on standard error is.
    private static func lowercased(_ text: String) -> String { text.prefix(1).lowercased() + text.dropFirst() }
}
