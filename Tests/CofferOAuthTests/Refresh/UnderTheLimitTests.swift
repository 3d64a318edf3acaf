// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A thousand overdue connections, as a provider that counts sees them.
@Suite(.timeLimit(.minutes(5))) struct `A drain under a rate limit` {
    private static let answerTime = Duration.milliseconds(150)

    /// A provider that takes 150 ms to answer, and notes when it was asked.
    private final class CountingProvider: HTTPTransport {
        let clock: VirtualClock
        private let asked = Mutex<[Duration]>([])

        init(_ clock: VirtualClock) { self.clock = clock }

        var arrivals: [Duration] { asked.withLock { $0 } }

        func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
            let number = asked.withLock { asked in
                asked.append(clock.now.offset)
                return asked.count
            }
            try? await clock.sleep(for: `A drain under a rate limit`.answerTime)
            return .pair(number)
        }
    }

    private actor Tally {
        private(set) var left: Int
        init(_ count: Int) { left = count }
        func done() { left -= 1 }
    }

    /// Drains, and gives the moments at which the provider was asked.
    private func drain(
        _ count: Int, of provider: ProviderDescription, atOnce parallel: Int
    ) async throws -> [Duration] {
        let clock = VirtualClock()
        let grants = (0..<count).map { number in
            GrantSnapshot.sample(id: "g\(number)", provider: provider) { grant in
                grant.accountHost = "account-\(number).\(provider.domains.last ?? "")"
                grant.accountID = nil
                grant.registration.redirectURI = "https://client.example/callback"
            }
        }
        let transport = CountingProvider(clock)
        let now: @Sendable () -> Date = { noon + 4000 + clock.now.offset / .seconds(1) }
        let refresher = Refresher(
            store: MemoryGrantStore(grants), client: TokenClient(transport: transport, now: now),
            effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }))
        let tally = Tally(count)
        async let batch: Void = refresher.refresh(grants.map(\.id)) { id, result in
            if case .failure(let error) = result { Issue.record("\(id): \(error)") }
            await tally.done()
        }
        await clock.run { await min(parallel, tally.left) }
        await batch
        #expect(transport.arrivals.count == count)
        return transport.arrivals
    }

    @Test(arguments: [ProviderCatalogue.amocrm, ProviderCatalogue.kommo])
    func `of amoCRM uses 95 percent of seven a second, and no second sees an eighth`(
        _ provider: ProviderDescription
    ) async throws {
        let arrivals = try await drain(1000, of: provider, atOnce: 8)
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(999 / seconds >= 0.95 * 7, "\(999 / seconds) a second")
        for (index, arrival) in arrivals.enumerated().dropFirst(7) {
            #expect(arrival - arrivals[index - 7] >= .seconds(1))
        }
    }

    @Test func `of Bitrix24 empties its bucket of 50, then uses 95 percent of two a second`() async throws {
        let arrivals = try await drain(1000, of: ProviderCatalogue.bitrix24, atOnce: 2)
        var (level, before) = (0.0, Duration.zero)
        for arrival in arrivals {
            level = max(0, level - 2 * ((arrival - before) / .seconds(1))) + 1
            before = arrival
            #expect(level <= 50.000_001)
        }
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(Double(arrivals.count - 50) / seconds >= 0.95 * 2, "\(seconds) s")
        // Two at once and 150 ms each: the burst is not made to wait for anything else.
        #expect(arrivals[49] < .seconds(5))
    }
}
