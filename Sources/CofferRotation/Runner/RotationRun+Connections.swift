// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationRun {
    /// Gives connections new tokens, some at once; each result is journalled as it comes.
    mutating func reissue(_ connections: [CredentialPath]) async throws {
        let (steps, plan) = (steps, machine.plan)
        try await each(connections) { connection in
            .reissued(connection, try await steps.reissue(connection, plan).cleaned)
        }
    }

    /// Asks about the tokens of connections, some at once.
    mutating func proveTokens(_ connections: [CredentialPath]) async throws {
        let (steps, plan) = (steps, machine.plan)
        try await each(connections) { connection in
            .tokensProbed(connection, try await steps.proveTokens(connection, plan))
        }
    }

    /// Asks about the old tokens of connections that are left as they are, some at once.
    mutating func proveLeft(_ connections: [CredentialPath]) async throws {
        let (steps, plan) = (steps, machine.plan)
        try await each(connections) { connection in
            .leftTokensProbed(connection, try await steps.proveLeft(connection, plan))
        }
    }

    /// Performs a step for each connection, at most `parallelism` at once and in the given order of starting.
    ///
    /// Only this task appends to the journal, so its order stays whole. After an error nothing new is started, but what is
    /// under way lands and is written down: a token that was issued and not recorded would be asked for twice.
    private mutating func each(
        _ connections: [CredentialPath],
        _ step: @escaping @Sendable (CredentialPath) async throws -> JournalEvent.Fact
    ) async throws {
        var waiting = connections[...]
        var failure: (any Error)?
        await withTaskGroup(of: Result<JournalEvent.Fact, any Error>.self) { group in
            // No local function adds the tasks: one that captures the group is miscompiled with optimisation by
            // Swift 6.3.1, after which `next()` gives nothing (seen in a release build).
            for connection in waiting.prefix(parallelism) {
                group.addTask { await Self.attempt(connection, step) }
            }
            waiting = waiting.dropFirst(parallelism)
            while let result = await group.next() {
                do {
                    try await record(result.get())
                } catch {
                    failure = failure ?? error
                }
                guard failure == nil, !Task.isCancelled, let connection = waiting.popFirst() else { continue }
                group.addTask { await Self.attempt(connection, step) }
            }
        }
        if let failure { throw failure }
        try Task.checkCancellation()
    }

    private static func attempt(
        _ connection: CredentialPath, _ step: @Sendable (CredentialPath) async throws -> JournalEvent.Fact
    ) async -> Result<JournalEvent.Fact, any Error> {
        do { return .success(try await step(connection)) } catch { return .failure(error) }
    }
}
