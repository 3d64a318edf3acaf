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

/// Narrower tokens that are had without the grant's refresh token: by exchange, or by the client's own grant.
@Suite struct `A narrower token that touches no refresh token` {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)
    private static let provider = ProviderDescription.sample { $0.narrowing = .exchange }
    private static let grant = GrantSnapshot.sample(provider: provider) { $0.scope = "read write" }
    private static let service = GrantSnapshot.sample {
        $0.scope = "read write"
        $0.usesClientCredentials = true
        $0.refreshToken = nil
    }

    private func less(_ scope: String = "read") throws -> RefreshDemand {
        .narrowed(try #require(try TokenNarrowing(scope: scope)), minimumValidity: nil)
    }

    private func refresher(_ store: MemoryGrantStore, _ transport: any HTTPTransport) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    private static let answer = TransportOutcome.json(
        200, #"{"access_token":"less","token_type":"Bearer","expires_in":600,"scope":"read"}"#)

    private static func refusal(_ status: Int, retryAfter: Int) -> TransportOutcome {
        .answered(HTTPAnswer(status: status, headers: [("Retry-After", "\(retryAfter)")], body: Secret("")))
    }

    @Test(arguments: [grant, service])
    func `is kept beside the whole, which stays`(_ grant: GrantSnapshot) async throws {
        let (store, transport) = (MemoryGrantStore([grant]), ScriptedTransport(Self.answer))
        let after = try await refresher(store, transport).refresh(id, try less()).snapshot
        #expect(after.narrowed.map(\.accessToken) == [Secret("less")])
        #expect(after.accessToken == Secret("access-1") && after.version == 1)
        #expect(after.refreshToken == grant.refreshToken)
        #expect(after.scope == "read write" && after.expiresAt == noon + 3600)
        #expect(await store.diary == ["announce scope read", "commit beside"])
    }

    @Test(arguments: [grant, service])
    func `keeps to Retry-After, whatever is asked for next`(_ grant: GrantSnapshot) async throws {
        let (store, transport) = (
            MemoryGrantStore([grant]), ScriptedTransport(Self.refusal(429, retryAfter: 120), Self.answer)
        )
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.rateLimited, "")) { try await refresher.refresh(id, try less()) }
        clock.advance(by: .seconds(119))
        await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.refresh(id, try less("write")) }
        #expect(transport.requests.count == 1)
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-1"))
        clock.advance(by: .seconds(2))
        let after = try await refresher.refresh(id, try less()).snapshot
        #expect(after.narrowed.last?.accessToken == Secret("less"))
        #expect(after.failureCount == 0 && after.lastError == nil && after.state == .active)
    }

    @Test func `is not asked for while the provider has blocked us, or the app is frozen or on hold`() async throws {
        let changes: [(OAuthError.Code, @Sendable (inout GrantSnapshot) -> Void)] = [
            (.blocked, { $0.state = .blocked }), (.frozen, { $0.isFrozen = true }), (.held, { $0.isHeld = true }),
            (.needsReauthorization, { $0.state = .needsReauthorization }),
        ]
        for (code, change) in changes {
            let (store, transport) = (MemoryGrantStore([Self.grant]), ScriptedTransport(Self.answer))
            await store.change { change(&$0) }
            await #expect(throws: OAuthError(code, ""), "\(code)") {
                try await refresher(store, transport).refresh(id, try less())
            }
            #expect(transport.requests.isEmpty, "\(code)")
        }
    }

    @Test func `is asked for under the bounds of all token requests`() async throws {
        let grants = (1...12).map { number in GrantSnapshot.sample(id: "g\(number)", provider: Self.provider) }
        let (store, transport) = (MemoryGrantStore(grants), AnsweringTransport())
        let refresher = refresher(store, transport)
        let demand = try less()
        await refresher.refresh(grants.map(\.id), demand) { _, result in
            #expect(throws: Never.self) { try result.get() }
        }
        #expect(transport.sentCount == 12 && transport.mostUnderWay <= RefreshLimits().parallelPerHost)
    }

    @Test func `leaves the lost answer of a refresh to the refresh`() async throws {
        let store = MemoryGrantStore([Self.grant.recording(at: noon - 100)])
        let refresher = refresher(store, ScriptedTransport(Self.refusal(503, retryAfter: 5), Self.answer))
        await #expect(throws: OAuthError(.unreachable, "")) { try await refresher.refresh(id, try less()) }
        #expect(try await store.grant(id).intent?.attempt == 1)
        clock.advance(by: .seconds(6))
        let after = try await refresher.refresh(id, try less()).snapshot
        #expect(after.narrowed.last?.accessToken == Secret("less"))
        #expect(after.intent?.attempt == 1 && after.refreshToken == Secret("refresh-1"))
    }

    @Test(arguments: [grant, service])
    func `is no way to more than the whole`(_ grant: GrantSnapshot) async throws {
        let (store, transport) = (MemoryGrantStore([grant]), ScriptedTransport(Self.answer))
        await #expect(throws: OAuthError(.configuration, "")) {
            try await refresher(store, transport).refresh(id, try less("read admin"))
        }
        #expect(transport.requests.isEmpty)
    }

    @Test func `is dropped if another pair has come meanwhile, and never kept as one`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), AnsweringTransport([Self.answer]))
        transport.hold()
        let refresher = refresher(store, transport)
        let (id, demand) = (id, try less())
        let part = Task { try await refresher.refresh(id, demand) }
        await transport.waitForRequests(1)
        await store.change { $0.version = 2 }
        transport.release()
        await #expect(throws: OAuthError(.superseded, "")) { try await part.value }
        #expect(await store.diary == ["announce scope read"])
    }

    @Test func `is dropped if a leak has put the connection on hold meanwhile`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), AnsweringTransport([Self.answer]))
        transport.hold()
        let refresher = refresher(store, transport)
        let (id, demand) = (id, try less())
        let part = Task { try await refresher.refresh(id, demand) }
        await transport.waitForRequests(1)
        await store.change { $0.isHeld = true }
        transport.release()
        await #expect(throws: OAuthError(.held, "")) { try await part.value }
        #expect(try await store.grant(id).narrowed.isEmpty)
    }
}
