// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferVault

/// The choice of a new passphrase: one line of a descriptor, or a person's own at the terminal, or a proposed one that is
/// shown there once.
struct PassphraseChoice {
    /// Where to ask.
    private let context: CommandContext

    /// The descriptor, if one was given.
    private let descriptor: Int32?

    /// Makes sure, before anything is opened, that there is somebody to ask.
    ///
    /// - Throws: ``CommandError`` with the code `usage`.
    init(_ context: CommandContext, descriptor: Int32?) throws(CommandError) {
        self.context = context
        self.descriptor = descriptor
        guard descriptor != nil || context.terminal.isPresent else {
            throw CommandError(
                "usage", message: "there is no terminal to ask for a passphrase at",
                hint: "give it as a line on a descriptor with --new-passphrase-fd")
        }
    }

    /// Reads or asks.
    ///
    /// - Returns: the passphrase, typed twice if it was typed.
    /// - Throws: ``CommandError`` with the code `not_confirmed` if the second typing differs, and what asking throws.
    func settle() async throws -> Secret {
        if let descriptor { return try await SecretInput(context, descriptor: descriptor).text("passphrase") }
        let question = "a passphrase of your own, or Enter for a proposed one (not shown):"
        let typed = try await context.terminal.answer(to: TerminalQuestion(question, isHidden: true))
        let chosen: Secret
        if let typed, !typed.isEmpty {
            chosen = typed
        } else {
            chosen = try proposed()
            try await show(chosen)
        }
        guard try await context.terminal.secret("the passphrase once more") == chosen else {
            throw CommandError("not_confirmed", message: "the two passphrases differ; nothing was changed")
        }
        return chosen
    }

    private func proposed() throws(CommandError) -> Secret {
        do { return try Passphrase.proposed() } catch {
            throw CommandError("internal", message: "no passphrase could be made")
        }
    }

    /// Shows it on the terminal device, whatever standard output and error are.
    private func show(_ passphrase: Secret) async throws {
        let text = passphrase.withExposedText {
            "\($0)\u{20}\u{20}<- write it down, it is not shown again; then press Enter"
        }
        guard try await context.terminal.pressEnter(text) else {
            throw CommandError("not_confirmed", message: "nothing was changed")
        }
    }
}
