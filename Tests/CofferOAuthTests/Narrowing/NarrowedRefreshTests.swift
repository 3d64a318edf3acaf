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

@Suite struct `A refresh for a narrower token` {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)
    private static let provider = ProviderDescription.sample { $0.narrowing = .refresh }
    private static let grant = GrantSnapshot.sample(provider: provider) { $0.scope = "read write" }

    private func less(_ scope: String = "read") throws -> RefreshDemand {
        .narrowed(try #require(try TokenNarrowing(scope: scope)), minimumValidity: nil)
    }

    private func refresher(_ store: MemoryGrantStore, _ transport: any HTTPTransport) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }))
    }

    private static func pair(_ access: String, _ refresh: String, scope: String = "read") -> TransportOutcome {
        .json(
            200,
            #"{"access_token":"\#(access)","refresh_token":"\#(refresh)","expires_in":600,"scope":"\#(scope)"}"#)
    }

    private static let lost = TransportOutcome.lost(TransportFailure(.connection, "No answer."))

    @Test func `saves the rotated refresh token, and leaves the grant's own access token as it is`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), ScriptedTransport(Self.pair("less", "refresh-2")))
        let after = try await refresher(store, transport).refresh(id, try less()).snapshot
        #expect(after.narrowed.map(\.accessToken) == [Secret("less")])
        #expect(after.refreshToken == Secret("refresh-2"))
        #expect(after.accessToken == Secret("access-1") && after.expiresAt == noon + 3600 && after.version == 1)
        #expect(after.scope == "read write" && after.refreshAt == Self.grant.refreshAt)
        #expect(await store.diary == ["intent 1", "commit narrowed"])
    }

    @Test func `is made once while its token lives, and again in its last moments`() async throws {
        let (store, transport) = (
            MemoryGrantStore([Self.grant]), ScriptedTransport(Self.pair("one", "r2"), Self.pair("two", "r3"))
        )
        let refresher = refresher(store, transport)
        for _ in 1...3 { _ = try await refresher.refresh(id, try less()) }
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(590))
        _ = try await refresher.refresh(id, try less())
        #expect(transport.requests.map { $0.bodyText.contains("refresh_token=r2") } == [false, true])
        #expect(await (try store.grant(id)).narrowed.last?.accessToken == Secret("two"))
    }

    @Test func `that brought more than was asked for hands nothing out, but loses no refresh token`() async throws {
        let (store, transport) = (
            MemoryGrantStore([Self.grant]), ScriptedTransport(Self.pair("whole", "refresh-2", scope: "read write"))
        )
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.configuration, "")) { try await refresher.refresh(id, try less()) }
        let after = try await store.grant(id)
        #expect(after.refreshToken == Secret("refresh-2") && after.narrowed.allSatisfy { $0.accessToken == nil })
        // Asked again at once, nothing is sent: each request would spend a refresh token for nothing.
        await #expect(throws: OAuthError(.configuration, "")) { try await refresher.refresh(id, try less()) }
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [(400, "invalid_scope"), (400, "invalid_target"), (400, "invalid_grant"), (400, ""), (401, "")])
    func `that is refused harms neither grant nor its own refresh`(_ status: Int, _ code: String) async throws {
        let (store, transport) = (
            MemoryGrantStore([Self.grant]),
            ScriptedTransport(.json(status, #"{"error":"\#(code)"}"#), Self.pair("access-2", "refresh-2"))
        )
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.configuration, "")) { try await refresher.refresh(id, try less("nope")) }
        let after = try await store.grant(id)
        #expect(after.state == .active && after.failureCount == 0 && after.coolDownUntil == nil && after.intent == nil)
        clock.advance(by: .seconds(3700))
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-2"))
    }

    @Test func `is not sent where the description does not say that it is safe`() async throws {
        let store = MemoryGrantStore([.sample { $0.scope = "read write" }])
        let transport = ScriptedTransport(Self.pair("less", "refresh-2"))
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await refresher(store, transport).refresh(id, try less())
        }
        #expect(transport.requests.isEmpty)
    }

    @Test func `whose answer was lost is repeated for the whole, and saves the refresh token alone`() async throws {
        let (store, transport) = (
            MemoryGrantStore([Self.grant]),
            ScriptedTransport(Self.lost, Self.pair("less", "refresh-2"), Self.pair("access-2", "refresh-3", scope: "x"))
        )
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, try less()) }
        #expect(try await store.grant(id).intent?.narrowing == TokenNarrowing(scope: "read"))
        // A part does not find out what became of the whole.
        clock.advance(by: .seconds(60))
        await #expect(throws: OAuthError.self) { try await refresher.refresh(id, try less()) }
        #expect(transport.requests.count == 1)
        clock.advance(by: .seconds(3600))
        // A server with a grace period may repeat the narrower answer, so its access token is no proof of the whole.
        let after = try await refresher.accessToken(of: id).snapshot
        #expect(after.accessToken == Secret("access-2") && after.refreshToken == Secret("refresh-3"))
        #expect(after.narrowed.isEmpty)
        let bodies = transport.requests.map(\.bodyText)
        #expect(bodies.map { $0.contains("scope=read") } == [true, false, false])
        #expect(
            bodies.map { $0.contains("refresh_token=refresh-1") } == [true, true, false]
                && bodies[2].contains("refresh_token=refresh-2"))
        #expect(await store.diary.suffix(4) == ["intent 2", "commit alone", "intent 1", "commit current"])
    }

    /// Refuses whatever names a scope, and loses the first answer of all.
    private struct Unwilling: HTTPTransport {
        let pairs: ScriptedTransport
        let refusal: TransportOutcome

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let isFirst = pairs.requests.isEmpty
            let outcome = await pairs.send(request, deadline: deadline)
            return !isFirst && request.bodyText.contains("scope=") ? refusal : outcome
        }
    }

    @Test(arguments: [(400, "invalid_scope"), (400, "invalid_target"), (400, "invalid_grant"), (400, ""), (401, "")])
    func `whose answer was lost ends no connection where the server will not narrow`(
        _ status: Int, _ code: String
    ) async throws {
        let store = MemoryGrantStore([Self.grant])
        let transport = Unwilling(
            pairs: ScriptedTransport(
                Self.lost, Self.pair("access-2", "refresh-2"), Self.pair("access-3", "refresh-3")),
            refusal: .json(status, #"{"error":"\#(code)"}"#))
        let refresher = refresher(store, transport)
        await #expect(throws: OAuthError(.indeterminate, "")) { try await refresher.refresh(id, try less("nope")) }
        clock.advance(by: .seconds(3700))
        let after = try await refresher.accessToken(of: id).snapshot
        #expect(after.state == .active && after.accessToken == Secret("access-3") && after.intent == nil)
    }

    @Test func `that another overlaps keeps the other's refresh token, and its own pair aside`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), AnsweringTransport([.pair(9)]))
        transport.hold()
        clock.advance(by: .seconds(3590))
        let refresher = refresher(store, transport)
        let id = id
        let whole = Task { try await refresher.refresh(id, .usable(minimumValidity: nil)) }
        await transport.waitForRequests(1)
        // Another process has had a narrower token meanwhile, which came with another refresh token.
        await store.change {
            $0.refreshToken = Secret("theirs")
            $0.intent = nil
        }
        transport.release()
        _ = try await whole.value
        let after = try await store.grant(id)
        #expect(after.refreshToken == Secret("theirs") && after.accessToken == Secret("access-1"))
        #expect(await store.diary.last == "commit aside")
        #expect(await store.isSpent("theirs") == false)
    }

    @Test func `that another overlaps spends the token that was presented, not the other's`() async throws {
        let (store, transport) = (
            MemoryGrantStore([Self.grant]), AnsweringTransport([.json(400, #"{"error":"invalid_grant"}"#)])
        )
        transport.hold()
        clock.advance(by: .seconds(3590))
        let refresher = refresher(store, transport)
        let id = id
        let whole = Task { try await refresher.refresh(id, .usable(minimumValidity: nil)) }
        await transport.waitForRequests(1)
        await store.change {
            $0.refreshToken = Secret("theirs")
            $0.intent = nil
            $0.state = .active
        }
        transport.release()
        _ = try? await whole.value
        let after = try await store.grant(id)
        #expect(after.state == .active && after.refreshToken == Secret("theirs"))
        #expect(await store.isSpent("theirs") == false)
        clock.advance(by: .seconds(60))
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-3"))
    }

    @Test func `fails nobody who waits for the whole, and the other way round`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), AnsweringTransport([.json(400, "{}")]))
        transport.hold()
        clock.advance(by: .seconds(3590))
        let refresher = refresher(store, transport)
        let (id, demand) = (id, try less())
        let part = Task { try await refresher.refresh(id, demand) }
        await transport.waitForRequests(1)
        let whole = Task { try await refresher.refresh(id, .usable(minimumValidity: nil)) }
        transport.release()
        #expect(try await whole.value.snapshot.accessToken == Secret("access-3"))
        await #expect(throws: OAuthError(.configuration, "")) { try await part.value }
    }

    @Test func `takes turns with others of the same grant`() async throws {
        let (store, transport) = (MemoryGrantStore([Self.grant]), AnsweringTransport())
        let refresher = refresher(store, transport)
        let id = id
        let demands = try (1...12).map { try less("s\($0)") }
        try await withThrowingTaskGroup(of: RefreshedGrant.self) { group in
            for demand in demands + demands { group.addTask { try await refresher.refresh(id, demand) } }
            for try await _ in group {}
        }
        #expect(transport.sentCount == 12 && transport.mostUnderWay == 1)
        #expect(try await store.grant(id).narrowed.count == 12)
    }
}
