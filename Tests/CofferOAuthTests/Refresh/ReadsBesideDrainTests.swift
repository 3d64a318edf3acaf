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

/// The provider lets one request through in ten seconds, and the clock moves when the test says so.
@Suite(.timeLimit(.minutes(3))) struct `A drain of thirty thousand overdue connections` {
    private let clock = ManualClock(start: noon)
    private let queue = QueueDepth()
    private let transport = AnsweringTransport()

    private func grants(_ name: String, _ count: Int, age: TimeInterval) -> [GrantSnapshot] {
        let provider = ProviderDescription.sample {
            $0.endpoints = Endpoints(token: "https://{account}/token")
            $0.rateLimit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)
        }
        return (0..<count).map { number in
            .sample(id: "\(name)-\(number)", provider: provider) { grant in
                grant.accountHost = "\(name)\(number).id.example"
                grant.accountID = nil
                grant.obtainedAt = noon - age
                grant.expiresAt = noon - age + 3600
            }
        }
    }

    private func refresher(_ store: MemoryGrantStore) -> Refresher {
        let clock = clock
        return Refresher(
            store: store, client: TokenClient(transport: transport, now: { clock.date }),
            effects: RefreshEffects(clock: clock, now: { clock.date }, random: { 0.5 }, observer: queue))
    }

    /// Waits until the eight who have the provider's turns each wait for a place, 100 ms before which they wake.
    private func waitForPlaces() async {
        while clock.deadlines.count(where: { ($0.offset + .milliseconds(100)).components.seconds % 10 == 0 }) < 8 {
            await Task.yield()
        }
    }

    /// Begins the drain, of which one request has been sent and all others wait.
    private func begin(_ refresher: Refresher, _ ids: [GrantID]) async -> Task<Void, Never> {
        let batch = Task { await refresher.refresh(ids) { _, _ in } }
        await transport.waitForRequests(1)
        await waitForPlaces()
        while queue.depth != 120 { await Task.yield() }
        return batch
    }

    private func end(_ refresher: Refresher, _ batch: Task<Void, Never>) async {
        batch.cancel()
        await refresher.windDown()
        await batch.value
    }

    @Test func `holds up no read of a token that serves: the clock stands still`() async throws {
        let (overdue, fresh) = (grants("due", 30_000, age: 7200), grants("fresh", 50, age: 0))
        let soft = grants("soft", 50, age: 3000)
        let refresher = refresher(MemoryGrantStore(overdue + fresh + soft))
        let batch = await begin(refresher, overdue.map(\.id))
        for grant in fresh + soft {
            #expect(try await refresher.accessToken(of: grant.id).snapshot.accessToken == Secret("access-1"))
        }
        #expect(transport.sentCount == 1)
        await end(refresher, batch)
    }

    @Test func `lets whoever asks for one of its tokens go before all that it has begun`() async throws {
        let overdue = grants("due", 1_000, age: 7200)
        let store = MemoryGrantStore(overdue)
        let refresher = refresher(store)
        let batch = await begin(refresher, overdue.map(\.id))
        var waiting: [GrantID] = []
        for grant in overdue[100..<128] {
            if try await store.grant(grant.id).version == 1 { waiting.append(grant.id) }
        }
        let id = try #require(waiting.last)
        let reader = Task { try await refresher.accessToken(of: id) }
        while await !refresher.isAwaited(id) { await Task.yield() }
        // Those who have the provider's turns go first, and then the one who is waited for.
        for number in 2...10 {
            clock.advance(by: .seconds(10))
            await transport.waitForRequests(number)
            await waitForPlaces()
        }
        await end(refresher, batch)
        #expect(try await reader.value.isRenewed)
        #expect(transport.sentCount == 10)
    }
}

private final class QueueDepth: RefreshObserver {
    private let seen = Mutex(0)
    var depth: Int { seen.withLock { $0 } }

    func refresh(
        _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
    ) async throws -> RefreshedGrant { try await body() }

    func queueChanged(to depth: Int) { seen.withLock { $0 = depth } }
}
