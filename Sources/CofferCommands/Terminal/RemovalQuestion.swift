// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The question before something goes that can't be had back.
struct RemovalQuestion {
    /// Whether nobody is asked.
    private let isConfirmed: Bool

    /// Where to ask.
    private let context: CommandContext

    /// Makes sure, before anything is opened, that the question can be answered.
    ///
    /// - Throws: ``CommandError`` with the code `usage` where nobody can be asked and `--yes` was not given.
    init(isConfirmed: Bool, _ context: CommandContext) throws(CommandError) {
        self.isConfirmed = isConfirmed
        self.context = context
        guard isConfirmed || (context.input.isTerminal && context.terminal.isPresent) else {
            throw CommandError(
                "usage", message: "there is nobody to ask whether this should be done",
                hint: "do it without asking with --yes")
        }
    }

    /// Asks.
    ///
    /// - Throws: ``CommandError`` with the code `not_confirmed` after a no.
    func settle(_ question: String) async throws {
        guard !isConfirmed else { return }
        guard try await context.terminal.confirm(question) else {
            throw CommandError("not_confirmed", message: "nothing was changed")
        }
    }
}
