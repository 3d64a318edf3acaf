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

    /// How often the client id is asked for before nobody is taken to say which: every loop ends.
    private static let clientIDTries = 5

    /// Where to print and ask.
    private let context: CommandContext

    /// Whether standard input may hold the new secret.
    private let readsInput: Bool

    /// The client id that the command line says came with the new secret.
    private let clientID: String?

    /// Whether the command line says that the old secret is removed.
    private let saysRemoved: Bool

    /// Whether a request was shown, and whether the input was read.
    private let state = Mutex(State())

    /// What has happened so far.
    private struct State {
        var shown: OperatorRequest?
        var hasReadInput = false
        /// What was told before the client id was asked for, and is not told again with the secret.
        var told: String?
        /// Whether the client id was asked for and nobody said which: the secret is not asked for without it.
        var lacksClientID = false
        var gaveSecret = false
    }

    /// Takes the person of a context.
    ///
    /// - Parameters:
    ///   - context: where to print and ask.
    ///   - readsInput: whether standard input, where it is no terminal, holds the new secret.
    ///   - clientID: what the command line says of the client id that came with the new secret.
    ///   - saysRemoved: whether the command line says that the old secret is removed.
    init(_ context: CommandContext, readsInput: Bool, clientID: String? = nil, saysRemoved: Bool = false) {
        self.context = context
        self.readsInput = readsInput
        self.clientID = clientID
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

    /// Takes the client id from the command line, or asks for it where the provider gives another one.
    ///
    /// Nothing entered is the one that is offered, and where none is, no answer: that it is the old one is typed, since a secret
    /// put in force with the wrong id fails at every refresh.
    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? {
        if let clientID { return clientID }
        guard request.changesClientID, await isPresent() else { return nil }
        show(request)
        tell(problem)
        let answer = try await typedClientID(offered)
        state.withLock { state in
            state.told = problem
            state.lacksClientID = answer == nil
        }
        return answer
    }

    private func typedClientID(_ offered: String?) async throws -> String? {
        let question = "the new client id (\(offered.map { "Enter: \($0)" } ?? "type the old one if it stays"))"
        for _ in 0..<Self.clientIDTries {
            let answer = try await answered {
                try await self.context.terminal.line(question, deadline: Self.patience)
            }
            guard let answer else { return nil }
            guard answer.isEmpty else { return answer }
            if let offered { return offered }
            tell("the client id is needed; where it has not changed, type the old one")
        }
        return nil
    }

    /// Takes the new secret.
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        let secret = try await givenSecret(request, problem: problem)
        if secret != nil { state.withLock { $0.gaveSecret = true } }
        return secret
    }

    private func givenSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        guard await isPresent() else { return try await secretOnInput() }
        guard !state.withLock({ $0.lacksClientID }) else { return nil }
        show(request)
        let told = state.withLock { state in
            defer { state.told = nil }
            return state.told
        }
        if told != problem { tell(problem) }
        return try await answered {
            try await self.context.terminal.secret("the new secret", deadline: Self.patience)
        }
    }

    private func tell(_ problem: String?) {
        if let problem { context.diagnostics.warn(problem) }
    }

    /// What to say where the command line has a client id and no secret was given with it: nobody should think that it is in force.
    func unusedClientID(in report: RotationReport) -> String? {
        guard clientID != nil, !state.withLock({ $0.gaveSecret }) else { return nil }
        guard report.awaits != nil, !report.awaitsRemoval else {
            return "--client-id was not used: no new secret was asked for"
        }
        return "--client-id was not used: it goes with the new secret; coffer rotate resume \(report.id) takes both"
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
            // Byte for byte, as a static secret may be a file. What form it must have, whoever takes it knows.
            let given = try await SecretInput(context).bytes("new secret")
            return given.withoutLineEnd.isEmpty ? nil : given
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
