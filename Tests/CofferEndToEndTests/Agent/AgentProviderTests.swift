// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials
import CofferCredentialsTesting
import Foundation
import Subprocess
import SystemPackage
import Testing

/// `AgentCredentialProvider` against the agent itself.
@Suite(.timeLimit(.minutes(5))) struct `A program that asks the agent` {
    private static func with(
        _ world: World, maximumAge: Duration = .seconds(60),
        _ body: (AgentCredentialProvider, RunningAgent) async throws -> Void
    ) async throws {
        _ = try await world.program.withAgent { agent in
            let provider = try AgentCredentialProvider(
                socket: agent.socket, timeout: .seconds(60), maximumAge: maximumAge, environment: [:])
            do { try await body(provider, agent) } catch {
                await provider.close()
                throw error
            }
            await provider.close()
        }
    }

    @Test func `gets what the contract of a provider promises`() async throws {
        let acme = try CredentialPath("main/crm/acme")
        let none = try CredentialPath("main/crm/none")
        try await World.with { world in
            try await Self.with(world) { provider, _ in
                try await CredentialProviderConformance(known: acme, unknown: none).check { provider }
            }
        }
    }

    @Test func `gets tokens and static secrets, and another token for one that was refused`() async throws {
        let acme = try CredentialPath("main/crm/acme")
        let key = try CredentialPath("main/key")
        try await World.with(movesTime: true) { world in
            try await world.succeed("put", "main/key", input: .bytes([0xFF, 0x00]))
            // A token that is younger is believed to be good.
            try await world.letPass(seconds: 60)
            try await Self.with(world) { provider, agent in
                let first = try await provider.credential(for: CredentialRequest(path: acme))
                let told = try await agent.token("main/crm/acme")
                #expect(first.value == Secret(told.value) && first.version == told.version)
                #expect(first.tokenType == "Bearer" && first.expiresAt != nil && first.accountURL != nil)
                let secret = try await provider.credential(for: CredentialRequest(path: key))
                #expect(secret.value == Secret(bytes: [0xFF, 0x00]) && secret.expiresAt == nil)
                await provider.report(rejected: first)
                let second = try await provider.credential(for: CredentialRequest(path: acme))
                #expect(second.value != first.value && second.version == first.version + 1)
            }
        }
    }

    /// What it remembers would do for hours.
    @Test func `gets no token that was replaced elsewhere, and none that counts as leaked`() async throws {
        let request = CredentialRequest(path: try CredentialPath("main/crm/acme"))
        try await World.with { world in
            try await Self.with(world, maximumAge: .seconds(36_000)) { provider, _ in
                var version = try await provider.credential(for: request).version
                #expect(version == 1)
                try await world.succeed("refresh", "--force", "main/crm/acme")
                while version == 1 {
                    await Task.yield()
                    version = try await provider.credential(for: request).version
                }
                #expect(version == 2)
                let opened = try await world.program.run("rotate", World.app, "--leak", "--hold")
                #expect(opened.status == .exited(82), "\(opened.errors)")
                var failure: CredentialError?
                while failure == nil {
                    await Task.yield()
                    do { _ = try await provider.credential(for: request) } catch let error as CredentialError {
                        failure = error
                    }
                }
                #expect(failure?.code == .rotating, "\(failure?.message ?? "")")
            }
        }
    }

    @Test func `hears that the agent has gone`() async throws {
        let acme = try CredentialPath("main/crm/acme")
        try await World.with { world in
            let (provider, end) = try await world.program.withAgent { agent in
                let provider = try AgentCredentialProvider(socket: agent.socket, maximumAge: .zero)
                _ = try await provider.credential(for: CredentialRequest(path: acme))
                return provider
            }
            #expect(end.status == .exited(0))
            await #expect(throws: CredentialError(.unavailable, message: "")) {
                try await provider.credential(for: CredentialRequest(path: acme))
            }
            await provider.close()
        }
    }
}
