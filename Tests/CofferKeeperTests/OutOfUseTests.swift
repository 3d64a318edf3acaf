// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Testing

@testable import CofferKeeper

/// What becomes of an answer for a connection that a person has changed while the request was on its way.
@Suite struct `A refresh under way` {
    /// Sends nothing before something has happened.
    private struct Interrupted: HTTPTransport {
        let transport: any HTTPTransport
        let happening: @Sendable () async -> Void

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let outcome = await transport.send(request, deadline: deadline)
            await happening()
            return outcome
        }
    }

    @Test func `does not bring a retired connection back, and loses nothing of its answer`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let path = KeeperWorld.path("main/crm/acme")
            let before = try await world.refreshToken("acme")
            let other = try await world.keeper()
            let transport = Interrupted(transport: world.transport) {
                do {
                    _ = try await other.changeConnection(path, action: .connect, reason: "retired") { record in
                        record.state = .retired
                        return true
                    }
                } catch { Issue.record("\(error)") }
            }
            let lines = try await world.keeper(transport: transport).refresh(.forced(path))
            #expect((lines.first?.failure as? OAuthError)?.code == .needsReauthorization)
            #expect(try await world.state("acme") == "retired")
            let after = try await world.refreshToken("acme")
            #expect(after != before)
            let record = try await world.keeper().pair(path).connection
            #expect(record.intent == nil && record.tokenVersion == 2)
            #expect(record.previousRefreshToken == Secret(before))
        }
    }
}
