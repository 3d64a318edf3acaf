// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization

/// The person at a rotation: at the terminal, or on standard input, or nobody.
final class OperatorAtTerminal: RotationOperator {
    /// How long a person is waited for at each prompt.
    ///
    /// Half an hour: finding the right page of the right account takes its time at three in the morning, and nothing
    /// is lost at the end of it: the rotation waits, and is resumed.
    private static let patience = Duration.seconds(1_800)

    /// Where to print and ask.
    private let context: CommandContext

    /// Whether standard input may hold the new secret.
    private let readsInput: Bool

    /// Whether the command line says that the old secret is removed.
    private let saysRemoved: Bool

    /// Whether a request was shown, and whether the input was read.
    private let state = Mutex(State())

    /// What has happened so far.
    private struct State {
        var shown: OperatorRequest?
        var hasReadInput = false
    }

    /// Takes the person of a context.
    ///
    /// - Parameters:
    ///   - context: where to print and ask.
    ///   - readsInput: whether standard input, where it is no terminal, holds the new secret.
    ///   - saysRemoved: whether the command line says that the old secret is removed.
    init(_ context: CommandContext, readsInput: Bool, saysRemoved: Bool = false) {
        self.context = context
        self.readsInput = readsInput
        self.saysRemoved = saysRemoved
    }

    /// Whether somebody sits at a terminal.
    func isPresent() async -> Bool {
        context.input.isTerminal && context.terminal.isPresent
    }

    /// Shows what to do, and waits for Enter.
    func readyToClick(_ request: OperatorRequest) async throws -> Bool {
        show(request)
        return try await answered {
            try await self.context.terminal.pressEnter(
                "when you are on that page: press Enter, then click", deadline: Self.patience)
        } ?? false
    }

    /// Takes the new secret.
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        guard await isPresent() else { return try await secretOnInput() }
        show(request)
        if let problem { context.diagnostics.warn(problem) }
        return try await answered {
            try await self.context.terminal.secret("the new secret", deadline: Self.patience)
        }
    }

    /// Takes it from the command line, or asks whoever is there.
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        if saysRemoved { return true }
        guard await isPresent() else { return false }
        show(request, wantsSecret: false)
        return try await answered {
            try await self.context.terminal.confirm(
                "is the old secret removed?", deadline: Self.patience)
        } ?? false
    }

    /// Reads standard input, once and only now that it is asked for; nothing in it is nobody.
    private func secretOnInput() async throws -> Secret? {
        let isFirst = state.withLock { state in
            defer { state.hasReadInput = true }
            return !state.hasReadInput
        }
        guard readsInput, isFirst, !context.input.isTerminal else { return nil }
        do {
            return try await SecretInput(context).text("new secret")
        } catch let error as CommandError where error.code == "input_empty" {
            return nil
        }
    }

    /// What the person answers; nothing where nobody did, which the rotation survives.
    private func answered<R>(_ question: () async throws -> R) async throws -> R? {
        context.diagnostics.endProgress()
        do {
            return try await question()
        } catch let error as CommandError where ["no_answer", "input_empty", "no_terminal"].contains(error.code) {
            return nil
        }
    }

    /// Shows what to do, once.
    private func show(_ request: OperatorRequest, wantsSecret: Bool = true) {
        let isNew = state.withLock { state in
            defer { state.shown = request }
            return state.shown != request
        }
        guard isNew else { return }
        context.diagnostics.note(request.title)
        for (index, step) in request.steps.enumerated() { context.diagnostics.note("  \(index + 1). \(step)") }
        if let link = request.link { context.diagnostics.note("  \(link)") }
        if wantsSecret {
            context.diagnostics.note(
                "  What you paste then is not shown; it is compared with the old one and sealed before anything depends on it."
            )
        }
        context.diagnostics.note(
            "  If you can't finish: Ctrl-C or a closed terminal loses nothing, and coffer rotate resume goes on, also elsewhere."
        )
    }
}
