// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct `An app that its account does not have any more` {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)

    private func refresher(_ store: MemoryGrantStore, _ transport: any HTTPTransport) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    @Test func `leaves the connection to a person, and its refresh token unspent`() {
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(Setback(.notInstalled, "It is gone."))).settlement
        #expect(settlement?.state == .needsReauthorization)
        #expect(settlement?.spendsPresentToken == false)
        #expect(settlement?.intent == nil)
        #expect(settlement?.coolDownUntil == nil)
        #expect(settlement?.lastError == "It is gone.")
        #expect(machine.step(.settled(.sample())).error?.code == .needsReauthorization)
    }

    @Test func `leaves the intent as evidence where an error may have spent the token`() {
        let grant = GrantSnapshot.sample(provider: .sample { $0.refreshTokens.spendsOnError = true })
        var machine = RefreshMachine.sample()
        let settlement = machine.answer(.unprocessed(Setback(.notInstalled, "It is gone.")), of: grant).settlement
        #expect(settlement?.state == .needsReauthorization)
        #expect(settlement?.intent?.attempt == 1)
    }

    @Test(arguments: [(401, "NOT_INSTALLED"), (500, "PORTAL_DELETED"), (401, "not_installed")])
    func `is asked about once, whoever asks and however often`(_ status: Int, _ code: String) async throws {
        let store = MemoryGrantStore([.sample(provider: ProviderCatalogue.bitrix24)])
        let transport = AnsweringTransport([.json(status, #"{"error":"\#(code)"}"#)])
        let refresher = refresher(store, transport)
        clock.advance(by: .seconds(3700))
        for demand in [RefreshDemand.usable(minimumValidity: nil), .due, .rejected(version: 1), .forced] {
            await #expect(throws: OAuthError(.needsReauthorization, "")) { try await refresher.refresh(id, demand) }
            clock.advance(by: .seconds(86_400))
        }
        let grant = try await store.grant(id)
        #expect(grant.state == .needsReauthorization)
        #expect(grant.lastError?.contains("does not have this app any more") == true)
        #expect(grant.refreshToken == Secret("refresh-1"))
        #expect(await !store.isSpent("refresh-1"))
        #expect(transport.sentCount == 1)
    }

    /// What may be a wrong client id leaves the grant alive, and is tried again.
    @Test func `is not what an app is of which the server only says that it knows none`() async throws {
        let store = MemoryGrantStore([.sample(provider: ProviderCatalogue.bitrix24) { $0.accountID = nil }])
        let transport = AnsweringTransport([.json(401, #"{"error":"APPLICATION_NOT_FOUND"}"#)])
        let refresher = refresher(store, transport)
        clock.advance(by: .seconds(3700))
        await #expect(throws: OAuthError(.configuration, "")) { try await refresher.refresh(id, .due) }
        #expect(try await store.grant(id).state == .active)
        #expect(await !store.isSpent("refresh-1"))
        clock.advance(by: .seconds(3600))
        #expect(try await refresher.refresh(id, .due).isRenewed)
    }

    @Test func `said of a narrower token is left to the connection's own refresh to find out`() async throws {
        let provider = ProviderDescription.sample {
            $0.narrowing = .refresh
            $0.errorRules = [ErrorRule(codes: ["gone_away"], meaning: .notInstalled)]
        }
        let store = MemoryGrantStore([.sample(provider: provider) { $0.scope = "read write" }])
        let transport = AnsweringTransport([.json(404, #"{"error":"gone_away"}"#)])
        let refresher = refresher(store, transport)
        let less = RefreshDemand.narrowed(
            try #require(try TokenNarrowing(scope: "read")), minimumValidity: nil)
        await #expect(throws: OAuthError(.configuration, "")) { try await refresher.refresh(id, less) }
        #expect(try await store.grant(id).state == .active)
    }

    @Test func `leaves a client's own token to be asked for again`() async {
        var registration = Fixtures.generic
        registration.provider.errorRules = [ErrorRule(codes: ["gone_away"], meaning: .notInstalled)]
        let client = Fixtures.client(ScriptedTransport(404, #"{"error":"gone_away"}"#))
        #expect(await client.clientCredentials(registration, scope: nil).summary == "unprocessed configuration")
    }
}
