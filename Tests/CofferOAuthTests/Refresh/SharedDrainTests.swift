// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferOAuth
@testable import CofferSandbox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A thousand overdue connections that several processes find, as a provider sees them that counts as the sandbox does.
@Suite(.timeLimit(.minutes(5))) struct `A drain by processes that find the same connections due` {
    /// How many flights of a process wait for their turn.
    private final class Queue: RefreshObserver {
        private let depth = Mutex(0)

        var count: Int { depth.withLock { $0 } }

        func refresh(
            _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
        ) async throws -> RefreshedGrant { try await body() }

        func queueChanged(to depth: Int) { self.depth.withLock { $0 = depth } }
    }

    /// Which connections a process has refreshed itself.
    private actor Renewals {
        private(set) var ids: [GrantID] = []
        func append(_ id: GrantID) { ids.append(id) }
    }

    /// How many of a batch are under way at once.
    private static let width = 128

    private func grants(_ count: Int, of provider: ProviderDescription) -> [GrantSnapshot] {
        (0..<count).map { number in
            .sample(id: "g\(number)", provider: provider) { grant in
                grant.accountHost = "account-\(number).\(provider.domains.last ?? "")"
                grant.accountID = nil
                grant.registration.redirectURI = "https://client.example/callback"
            }
        }
    }

    @Test(arguments: [2, 3])
    func `uses 95 percent of seven a second, asks for each once, and is refused nothing`(
        _ processes: Int
    ) async throws {
        let grants = grants(1000, of: ProviderCatalogue.amocrm)
        let ids = grants.map(\.id)
        let (clock, store, renewals) = (VirtualClock(), MemoryGrantStore(grants), Renewals())
        let transport = CountingProvider(
            clock, LimitSettings(.amocrm), slowness: .milliseconds(40),
            handshakes: CountingProvider.Handshakes(
                first: .milliseconds(300), firstCount: processes, least: .milliseconds(5), most: .milliseconds(40)))
        let now: @Sendable () -> Date = { noon + 4000 + clock.now.offset / .seconds(1) }
        let ledger = MemoryPaceLedger(clock: clock)
        let parts = (0..<processes).map { _ in (tally: Tally(ids.count), queue: Queue()) }
        let batches = parts.map { tally, queue in
            let refresher = Refresher(
                store: store, client: TokenClient(transport: transport, now: now),
                pacer: RequestPacer(clock: clock, ledger: ledger),
                effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }, observer: queue))
            return Task {
                await refresher.refresh(ids) { id, result in
                    switch result {
                    case .success(let grant): if grant.isRenewed { await renewals.append(id) }
                    case .failure(let error): Issue.record("\(id): \(error)")
                    }
                    await tally.done()
                }
            }
        }
        await clock.run {
            var actors = 0
            for (tally, queue) in parts {
                let left = await tally.left
                actors += min(Self.width, left) - queue.count
            }
            // Nobody should wait for another's lock; where somebody does, the others go on.
            return await actors - store.lockWaiterCount
        }
        for batch in batches { await batch.value }
        #expect(transport.refusedCount == 0)
        #expect(transport.arrivals.count == ids.count)
        #expect(await Set(renewals.ids) == Set(ids))
        #expect(await renewals.ids.count == ids.count)
        let seconds = try #require(transport.arrivals.last) / .seconds(1)
        #expect(999 / seconds >= 0.95 * 7, "\(999 / seconds) a second")
    }
}
