// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth
@testable import CofferSandbox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A thousand overdue connections, as a provider sees them that counts as the sandbox does.
@Suite(.timeLimit(.minutes(5))) struct `A drain under a rate limit` {
    /// Drains, and gives the moments at which the provider was asked, none of which it refused.
    ///
    /// - Parameters:
    ///   - count: how many connections.
    ///   - provider: whose.
    ///   - limits: what it counts.
    ///   - parallel: how many of the connections can act at once.
    ///   - slowness: by how much a request may be later than another.
    /// - Returns: when each request came.
    /// - Throws: what the clock throws when nothing is left to wake.
    private func drain(
        _ count: Int, of provider: ProviderDescription, _ limits: LimitSettings, atOnce parallel: Int,
        slowness: Duration
    ) async throws -> [Duration] {
        let clock = VirtualClock()
        let grants = (0..<count).map { number in
            GrantSnapshot.sample(id: "g\(number)", provider: provider) { grant in
                grant.accountHost = "account-\(number).\(provider.domains.last ?? "")"
                grant.accountID = nil
                grant.registration.redirectURI = "https://client.example/callback"
            }
        }
        let transport = CountingProvider(clock, limits, slowness: slowness)
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
        #expect(transport.refusedCount == 0)
        #expect(transport.arrivals.count == count)
        return transport.arrivals
    }

    @Test(arguments: [ProviderCatalogue.amocrm, ProviderCatalogue.kommo])
    func `of amoCRM uses 95 percent of seven a second, and is refused nothing`(
        _ provider: ProviderDescription
    ) async throws {
        let arrivals = try await drain(
            1000, of: provider, LimitSettings(.amocrm), atOnce: 8, slowness: .milliseconds(25))
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(999 / seconds >= 0.95 * 7, "\(999 / seconds) a second")
    }

    @Test func `of Bitrix24 empties its bucket, then uses 95 percent of two a second, and is refused nothing`()
        async throws
    {
        let arrivals = try await drain(
            1000, of: ProviderCatalogue.bitrix24, LimitSettings(.bitrix24), atOnce: 2, slowness: .milliseconds(400))
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(Double(arrivals.count - 50) / seconds >= 0.95 * 2, "\(seconds) s")
        // Two at once and up to 550 ms each: the burst is not made to wait for anything else.
        #expect(arrivals[39] < .seconds(15))
    }
}
