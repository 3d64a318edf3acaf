// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// The question whether the account found is the one that was meant.
struct AccountConfirmation {
    /// Whether nobody is asked.
    private let isConfirmed: Bool

    /// Where to ask.
    private let context: CommandContext

    /// Makes sure, before anything is sent, that the question can be answered.
    ///
    /// An imported refresh token is spent by the time the account is known: finding out then that there is nobody to
    /// ask would lose the grant.
    ///
    /// - Throws: ``CommandError`` with the code `usage` where nobody can be asked and `--yes` was not given.
    init(isConfirmed: Bool, _ context: CommandContext) throws(CommandError) {
        self.isConfirmed = isConfirmed
        self.context = context
        guard isConfirmed || (context.input.isTerminal && context.terminal.isPresent) else {
            throw CommandError(
                "usage", message: "there is nobody to ask whether the account found is the right one",
                hint: "run it on a terminal, or save whatever account is found with --yes")
        }
    }

    /// Shows the account, and saves or drops it.
    ///
    /// A question that is not answered drops nothing: the tokens stay sealed and unused, and connecting again
    /// replaces them.
    ///
    /// - Returns: the connection.
    /// - Throws: ``CommandError`` with the code `not_confirmed` after a no, `account_mismatch` where only a person could say yes.
    func settle(_ found: FoundAccount, _ keeper: Keeper) async throws -> ConnectionView {
        show(found)
        guard !isConfirmed || !found.isUncompared else {
            try await keeper.discard(found)
            throw CommandError(
                "account_mismatch",
                message:
                    "nobody knows here which account was connected, and whoever has a link may answer with their own",
                hint: "run it on a terminal without --yes, and look whose account it is", path: found.path)
        }
        let isRight: Bool
        do {
            isRight = isConfirmed ? true : try await context.terminal.confirm("connect this account as \(found.path)?")
        } catch {
            context.diagnostics.warn("\(found.path) was not confirmed; its tokens are kept sealed and are not used")
            throw error
        }
        if isRight { return try await keeper.confirm(found) }
        try await keeper.discard(found)
        throw CommandError(
            "not_confirmed", message: "the account was not connected, and its tokens were dropped",
            hint: "withdraw the grant at the provider if it is not wanted", path: found.path)
    }

    private func show(_ found: FoundAccount) {
        let name = found.label.map { "\($0) " } ?? ""
        let id = found.accountID.map { "account \($0)" } ?? "an account that the provider does not name"
        let host = found.host.map { " at \($0)" } ?? ""
        let expiry = found.expiresAt.map { ", token expires \(RelativeTime.text($0, now: context.now()))" } ?? ""
        context.diagnostics.note("found \(name)\(id)\(host), \(found.provider)\(expiry)")
        if found.isUncompared {
            context.diagnostics.warn("which account \(found.path) was is not known here: look whether it is that one")
        }
        if let other = found.replacesAccountID {
            context.diagnostics.warn("\(found.path) is another account until now: \(other)")
        }
    }
}
