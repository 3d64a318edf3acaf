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
    /// As a cold process meets a server beside it: the first handshake takes 300 ms, and the others 5 to 40.
    private static let near = CountingProvider.Handshakes(
        first: .milliseconds(300), firstCount: 1, least: .milliseconds(5), most: .milliseconds(40))

    /// As it meets one that is far away.
    private static let far = CountingProvider.Handshakes(
        first: .milliseconds(500), firstCount: 8, least: .milliseconds(200), most: .milliseconds(250))

    /// Drains, and gives the moments at which the provider was asked, none of which it refused.
    ///
    /// - Parameters:
    ///   - count: how many connections.
    ///   - provider: whose.
    ///   - limits: what it counts.
    ///   - parallel: how many of the connections of a process can act at once.
    ///   - slowness: by how much a request may be later than another.
    ///   - handshakes: how long connections take.
    ///   - processes: among how many the connections are shared out, which have nothing in common but the places.
    /// - Returns: when each request came.
    /// - Throws: what the clock throws when nothing is left to wake.
    private func drain(
        _ count: Int, of provider: ProviderDescription, _ limits: LimitSettings, atOnce parallel: Int,
        slowness: Duration, handshakes: CountingProvider.Handshakes = CountingProvider.Handshakes(),
        processes: Int = 1
    ) async throws -> [Duration] {
        let clock = VirtualClock()
        let transport = CountingProvider(clock, limits, slowness: slowness, handshakes: handshakes)
        let now: @Sendable () -> Date = { noon + 4000 + clock.now.offset / .seconds(1) }
        let ledger = MemoryPaceLedger(clock: clock)
        let tallies = (0..<processes).map { _ in Tally(count / processes) }
        let batches = (0..<processes).map { process in
            let grants = (0..<(count / processes)).map { number in
                GrantSnapshot.sample(id: "g\(process)-\(number)", provider: provider) { grant in
                    grant.accountHost = "account-\(process)-\(number).\(provider.domains.last ?? "")"
                    grant.accountID = nil
                    grant.registration.redirectURI = "https://client.example/callback"
                }
            }
            let refresher = Refresher(
                store: MemoryGrantStore(grants), client: TokenClient(transport: transport, now: now),
                pacer: RequestPacer(clock: clock, ledger: ledger),
                effects: RefreshEffects(clock: clock, now: now, random: { 0.5 }))
            let (ids, tally) = (grants.map(\.id), tallies[process])
            return Task {
                await refresher.refresh(ids) { id, result in
                    if case .failure(let error) = result { Issue.record("\(id): \(error)") }
                    await tally.done()
                }
            }
        }
        await clock.run {
            var actors = 0
            for tally in tallies {
                let left = await tally.left
                actors += min(parallel, left)
            }
            return actors
        }
        for batch in batches { await batch.value }
        #expect(transport.refusedCount == 0)
        #expect(transport.arrivals.count == count)
        return transport.arrivals
    }

    @Test(arguments: [ProviderCatalogue.amocrm, ProviderCatalogue.kommo])
    func `of amoCRM uses 95 percent of seven a second, and is refused nothing`(
        _ provider: ProviderDescription
    ) async throws {
        let arrivals = try await drain(
            1000, of: provider, LimitSettings(.amocrm), atOnce: 8, slowness: .milliseconds(40),
            handshakes: Self.near)
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(999 / seconds >= 0.95 * 7, "\(999 / seconds) a second")
    }

    @Test func `of amoCRM does so in two processes that have both only begun`() async throws {
        var handshakes = Self.near
        handshakes.firstCount = 2
        let arrivals = try await drain(
            1000, of: ProviderCatalogue.amocrm, LimitSettings(.amocrm), atOnce: 8, slowness: .milliseconds(40),
            handshakes: handshakes, processes: 2)
        let seconds = try #require(arrivals.last) / .seconds(1)
        #expect(999 / seconds >= 0.95 * 7, "\(999 / seconds) a second")
    }

    /// The first who come find out how far it is, and use up two places each.
    @Test func `of amoCRM does so from far away, where each handshake takes longer than a commit`() async throws {
        let arrivals = try await drain(
            1000, of: ProviderCatalogue.amocrm, LimitSettings(.amocrm), atOnce: 8, slowness: .milliseconds(40),
            handshakes: Self.far)
        let seconds = (try #require(arrivals.last) - arrivals[19]) / .seconds(1)
        #expect(980 / seconds >= 0.95 * 7, "\(980 / seconds) a second")
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
