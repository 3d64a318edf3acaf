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

/// A question about a lost answer is a request like others to whoever counts them.
@Suite(.timeLimit(.minutes(1))) struct `A question about a lost answer` {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon + 3700)

    private func store(_ limit: RateLimit?) -> MemoryGrantStore {
        let provider = ProviderDescription.sample {
            $0.refreshTokens = RefreshTokenBehaviour(rotation: .always, introspectable: true)
            $0.endpoints.introspection = "https://id.example/introspect"
            $0.rateLimit = limit
        }
        return MemoryGrantStore([.sample(provider: provider).recording(at: noon + 3500)])
    }

    private func refresher(
        _ store: MemoryGrantStore, _ transport: AnsweringTransport, _ pacer: RequestPacer
    ) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }), pacer: pacer,
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    /// Whoever else wants the lock would wait for 45 s, and in vain.
    @Test func `holds the lock for no place that is far away`() async throws {
        let limit = RateLimit(amount: 1, interval: .seconds(60), burst: 1)
        let (store, transport) = (store(limit), AnsweringTransport([.json(200, #"{"active":true}"#)]))
        let refresher = refresher(store, transport, RequestPacer(clock: clock))
        let error = await #expect(throws: OAuthError(.rateLimited, "")) { try await refresher.refresh(id, .forced) }
        #expect(error?.retryAfter == .seconds(60))
        #expect(transport.sentCount == 1)
        #expect(await store.diary == ["inquiry"])
        #expect(try await store.grant(id).intent?.attempt == 1)
    }

    @Test func `that is refused as one too many makes everybody slower`() async throws {
        let limit = RateLimit(amount: 100, interval: .seconds(1), burst: 10)
        let (store, transport) = (store(limit), AnsweringTransport([.json(429, "")]))
        let pacer = RequestPacer(clock: clock)
        let refresher = refresher(store, transport, pacer)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, .forced) }
        #expect(pacer.refusals == 1)
        #expect(transport.sentCount == 1)
        #expect(await store.diary == ["inquiry", "settle indeterminate"])
    }

    @Test func `that is met by a block of the app holds up others of it`() async throws {
        let (store, transport) = (store(nil), AnsweringTransport([.json(403, "<html>")]))
        let pacer = RequestPacer(clock: clock)
        let refresher = refresher(store, transport, pacer)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, .forced) }
        let registration = try await store.grant(id).registration
        #expect(throws: OAuthError(.coolDown, "")) {
            try pacer.requireUnblocked(registration, isAboutToSend: false)
        }
    }
}
