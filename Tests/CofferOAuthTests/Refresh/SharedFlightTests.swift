// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What those who share a flight hear, what others' trouble costs them, and which clock they go by.
@Suite(.timeLimit(.minutes(1))) struct `A flight that many wait for` {
    private let id = GrantID("g1")
    private let clock = ManualClock(start: noon)

    private func refresher(
        _ store: MemoryGrantStore, _ transport: any HTTPTransport, now: (@Sendable () -> Date)? = nil
    ) -> Refresher {
        let clock = clock
        let now = now ?? { clock.date }
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: now),
            effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }))
    }

    @Test func `tells its error to every one of them, and to nobody who comes later`() async throws {
        let (store, transport) = (MemoryGrantStore([.sample()]), AnsweringTransport([.json(503, "{}")]))
        transport.hold()
        clock.advance(by: .seconds(3700))
        let (refresher, id) = (refresher(store, transport), id)
        let waiters = (0..<50).map { _ in Task { try await refresher.accessToken(of: id) } }
        await transport.waitForRequests(1)
        while await refresher.waiterCount(of: id) < 50 { await Task.yield() }
        transport.release()
        for waiter in waiters {
            await #expect(throws: OAuthError(.unreachable, "")) { try await waiter.value }
        }
        #expect(transport.sentCount == 1)
        // What holds the next one up is the cool-down, which force passes by, and which a good answer ends.
        await #expect(throws: OAuthError(.coolDown, "")) { try await refresher.accessToken(of: id) }
        #expect(try await refresher.refresh(id, .forced).snapshot.accessToken == Secret("access-3"))
        #expect(try await refresher.accessToken(of: id).snapshot.accessToken == Secret("access-3"))
        #expect(transport.sentCount == 2)
    }

    /// Accounts of a provider, each with a host of its own, so that no host's bound is met before the provider's.
    private func grants(_ provider: String) -> [GrantSnapshot] {
        let description = ProviderDescription.sample {
            $0.id = provider
            $0.endpoints = Endpoints(token: "https://{account}/token")
            $0.domains = ["\(provider).example"]
        }
        return (0..<20).map { number in
            .sample(id: "\(provider)-\(number)", provider: description) { grant in
                grant.accountHost = "a\(number).\(provider).example"
                grant.accountID = nil
            }
        }
    }

    @Test func `is held up by no other provider that hangs`() async throws {
        let (slow, quick) = (grants("slow"), grants("quick"))
        let transport = HangingTransport(under: "slow.example")
        let refresher = refresher(MemoryGrantStore(slow + quick), transport)
        let stuck = Task { await refresher.refresh(slow.map(\.id), .forced) { _, _ in } }
        while transport.heldCount < RefreshLimits().parallelPerProvider { await Task.yield() }
        let renewed = RenewalCount()
        await refresher.refresh(quick.map(\.id), .forced) { _, result in
            if let grant = try? result.get(), grant.isRenewed { await renewed.add() }
        }
        #expect(await renewed.count == quick.count)
        #expect(transport.heldCount == RefreshLimits().parallelPerProvider)
        transport.release()
        await stuck.value
    }

    @Test func `goes by the wall clock once, wherever that is set`() async throws {
        let grants = (0..<5).map { GrantSnapshot.sample(id: "g\($0)") }
        let (transport, wall) = (AnsweringTransport(), WallClock(clock))
        let refresher = refresher(MemoryGrantStore(grants), transport, now: { wall.now })
        func ask() async throws {
            for grant in grants + grants { _ = try await refresher.accessToken(of: grant.id) }
        }
        try await ask()
        #expect(transport.sentCount == 0)
        // A day that nobody lived through: as far as anybody knows, all have ended.
        wall.set(by: 86_400)
        try await ask()
        #expect(transport.sentCount == grants.count)
        wall.set(by: -86_400)
        try await ask()
        #expect(transport.sentCount == grants.count)
    }
}

/// A transport that never answers for hosts under a name until it is released, and answers others at once.
private final class HangingTransport: HTTPTransport {
    private struct State {
        var held: [CheckedContinuation<Void, Never>] = []
        var isReleased = false
    }

    private let suffix: String
    private let state = Mutex(State())

    init(under suffix: String) { self.suffix = suffix }

    /// How many requests hang.
    var heldCount: Int { state.withLock { $0.held.count } }

    /// Answers them, and all that come.
    func release() {
        let held = state.withLock { state in
            state.isReleased = true
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        try? await request.departure?()
        guard request.destination.url.host.hasSuffix(suffix) else { return .pair(2) }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if !state.isReleased { state.held.append(continuation) }
                return state.isReleased
            }
            if isFree { continuation.resume() }
        }
        return .pair(2)
    }
}

/// A wall clock that is set away from the monotonic one.
private final class WallClock: Sendable {
    private let clock: ManualClock
    private let offset = Mutex(0.0)

    init(_ clock: ManualClock) { self.clock = clock }

    var now: Date { clock.date.addingTimeInterval(offset.withLock { $0 }) }

    func set(by seconds: Double) { offset.withLock { $0 = seconds } }
}

private actor RenewalCount {
    private(set) var count = 0

    func add() { count += 1 }
}
