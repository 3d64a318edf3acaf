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

/// What an ask gets after a server refused the access token.
@Suite struct RejectionTests {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)

    private func refresher(_ store: MemoryGrantStore, _ transport: AnsweringTransport) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    /// A grant whose token is good for most of its hour, as far as its expiry tells, and which a server refuses.
    private func rejected(
        _ answers: [TransportOutcome], _ code: OAuthError.Code?,
        _ body: (Refresher, MemoryGrantStore, AnsweringTransport) async throws -> Void
    ) async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport(answers))
        let refresher = refresher(store, transport)
        clock.advance(by: .seconds(60))
        if let code {
            await #expect(throws: OAuthError(code, "")) { try await refresher.reject(id, version: 1) }
        } else {
            try await refresher.reject(id, version: 1)
        }
        try await body(refresher, store, transport)
    }

    @Test func `the next one, and no further request`() async throws {
        try await rejected([], nil) { refresher, _, transport in
            for _ in 1...3 {
                #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-2"))
            }
            // Who reports late means the one before.
            try await refresher.reject(id, version: 1)
            #expect(transport.sentCount == 1)
        }
    }

    @Test func `while the refresh fails for a while, that it fails, and no request before the cool-down is over`()
        async throws
    {
        try await rejected([.json(503, "{}")], .unreachable) { refresher, _, transport in
            for _ in 1...5 {
                await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.accessToken(of: id) }
                await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.reject(id, version: 1) }
            }
            #expect(transport.sentCount == 1)
            clock.advance(by: .seconds(31))
            for _ in 1...2 {
                let grant = try await refresher.accessToken(of: id)
                #expect(grant.snapshot.accessToken == Secret("access-3"))
            }
            #expect(transport.sentCount == 2)
        }
    }

    @Test func `where the refresh is refused for good, that a person is needed, and nothing is sent`() async throws {
        let refusal = TransportOutcome.json(400, #"{"error":"invalid_grant"}"#)
        try await rejected([refusal], .needsReauthorization) { refresher, _, transport in
            for _ in 1...3 {
                await #expect(throws: OAuthError(.needsReauthorization, "")) { try await refresher.accessToken(of: id) }
                clock.advance(by: .seconds(3000))
            }
            #expect(transport.sentCount == 1)
        }
    }

    @Test func `where everything is blocked, that it is, until a person forces it`() async throws {
        try await rejected([.json(503, "{}")], .unreachable) { refresher, store, transport in
            await store.change { grant in
                grant.state = .blocked
                grant.coolDownUntil = nil
            }
            for _ in 1...3 {
                await #expect(throws: OAuthError(.blocked, "")) { try await refresher.accessToken(of: id) }
                clock.advance(by: .seconds(600))
            }
            #expect(transport.sentCount == 1)
            _ = try await refresher.refresh(id, .forced)
            #expect(try await refresher.accessToken(of: id).snapshot.version == 2)
        }
    }

    @Test func `where the answer was lost, its one repetition`() async throws {
        let lost = TransportOutcome.lost(TransportFailure(.broken, "The connection broke."))
        try await rejected([lost], .indeterminate) { refresher, store, transport in
            await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.accessToken(of: id) }
            clock.advance(by: .seconds(31))
            let grant = try await refresher.accessToken(of: id)
            #expect(grant.snapshot.accessToken == Secret("access-3"))
            #expect(transport.sentCount == 2)
            #expect(await store.diary == ["intent 1", "settle indeterminate", "intent 2", "commit current"])
        }
    }

    @Test func `the same one where it was issued moments ago`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport())
        let refresher = refresher(store, transport)
        clock.advance(by: .seconds(29))
        await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.reject(id, version: 1) }
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-1"))
        #expect(transport.sentCount == 0)
    }

    @Test func `what another process has got meanwhile`() async throws {
        try await rejected([.json(503, "{}")], .unreachable) { refresher, store, transport in
            await store.change { grant in
                grant.version = 2
                grant.accessToken = Secret("theirs")
            }
            let grant = try await refresher.accessToken(of: id)
            #expect(grant.snapshot.accessToken == Secret("theirs"))
            #expect(transport.sentCount == 1)
        }
    }

    @Test func `one failure for all who say so at once`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([.json(503, "{}")]))
        let (refresher, id) = (refresher(store, transport), id)
        clock.advance(by: .seconds(60))
        transport.hold()
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { (try? await refresher.reject(id, version: 1)) == nil }
            }
            await transport.waitForRequests(1)
            transport.release()
            for await failed in group { #expect(failed) }
        }
        #expect(transport.sentCount == 1)
    }
}
