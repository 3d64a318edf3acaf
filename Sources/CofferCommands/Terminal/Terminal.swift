// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A question to the person at the terminal.
struct TerminalQuestion: Sendable, Equatable {
    /// The longest that a person is waited for: five minutes, as for a login in the browser.
    static let patience = Duration.seconds(300)

    /// What is asked, without a space at the end.
    let text: String

    /// Whether the answer must not be seen.
    let isHidden: Bool

    /// How long the answer is waited for.
    let deadline: Duration

    /// Puts a question.
    init(_ text: String, isHidden: Bool = false, deadline: Duration = patience) {
        self.text = text
        self.isHidden = isHidden
        self.deadline = deadline
    }
}

/// The person at the terminal, whatever standard input and output are.
protocol Terminal: Sendable {
    /// Whether there is a terminal.
    var isPresent: Bool { get }

    /// Asks, and waits for one line.
    ///
    /// - Parameter question: what is asked.
    /// - Returns: the line without its end, which may be empty; `nil` at the end of the input.
    /// - Throws: ``CommandError`` with the code `no_terminal`, `no_answer` at the deadline,
    ///   `input_too_large`, `input_not_text`, `interrupted` or `terminated`; `CancellationError`.
    func answer(to question: TerminalQuestion) async throws -> Secret?
}

extension Terminal {
    /// Asks for a secret, which is not seen.
    ///
    /// - Throws: as ``answer(to:)``; ``CommandError`` with the code `input_empty` if nothing was typed.
    func secret(_ text: String, deadline: Duration = TerminalQuestion.patience) async throws -> Secret {
        let question = TerminalQuestion("\(text) (not shown):", isHidden: true, deadline: deadline)
        guard let answer = try await answer(to: question), !answer.isEmpty else {
            throw CommandError("input_empty", message: "nothing was entered")
        }
        return answer
    }

    /// Asks for a line, which is seen.
    ///
    /// - Throws: as ``answer(to:)``; ``CommandError`` with the code `input_empty` at the end of input.
    func line(_ text: String, deadline: Duration = TerminalQuestion.patience) async throws -> String {
        guard let answer = try await answer(to: TerminalQuestion("\(text):", deadline: deadline)) else {
            throw CommandError("input_empty", message: "nothing was entered")
        }
        return answer.withExposedText { $0 }
    }

    /// Asks yes or no, again until it is one of them; an empty line and the end of input are a no.
    ///
    /// - Throws: as ``answer(to:)``.
    func confirm(_ text: String, deadline: Duration = TerminalQuestion.patience) async throws -> Bool {
        let end = ContinuousClock.now.advanced(by: deadline)
        while true {
            let left = max(ContinuousClock.now.duration(to: end), .zero)
            let answer = try await answer(to: TerminalQuestion("\(text) [y/N]", deadline: left))
            switch answer?.withExposedText({ $0.lowercased().filter { !$0.isWhitespace } }) {
            case "y", "yes":
                return true
            case nil, "", "n", "no":
                return false
            default:
                continue
            }
        }
    }

    /// Waits for Enter: `press Enter, then click`.
    ///
    /// - Returns: `false` at the end of the input.
    /// - Throws: as ``answer(to:)``.
    func pressEnter(_ text: String, deadline: Duration = TerminalQuestion.patience) async throws -> Bool {
        try await answer(to: TerminalQuestion(text, deadline: deadline)) != nil
    }
}
