// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferOAuth

@Suite struct `Who shares a rate limit` {
    /// From how many buckets four requests are taken, for two apps and two accounts each.
    @Test(arguments: [
        (RateLimit.Scope?.none, 1), (.sourceAddress, 1), (.app, 2), (.account, 2), (.appAndAccount, 4),
    ])
    func `is what the description says`(_ scope: RateLimit.Scope?, _ expected: Int) {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1, scope: scope)
        var first = Fixtures.generic
        first.clientID = "first"
        var second = first
        second.clientID = "second"
        let buckets = [first, second].flatMap { client in
            ["a", "b"].map { PaceBucket(limit, client, account: $0) }
        }
        #expect(Set(buckets).count == expected)
    }
}

@Suite struct RequestPacerTests {
    private let clock = ManualClock()

    private func client(_ limit: RateLimit?, api: [RateLimit]? = nil) -> ClientRegistration {
        var registration = Fixtures.generic
        registration.provider.rateLimit = limit
        registration.provider.apiRateLimits = api
        return registration
    }

    @Test func `a place that is too far away is refused, and nothing of the limit is used up`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 1, interval: .seconds(600), burst: 1)
        let client = client(limit)
        let bucket = PaceBucket(limit, client, account: nil)
        while ledger.take(bucket) <= RequestPace(limit).patience {}
        let before = ledger.take(bucket)
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        let error = await #expect(throws: OAuthError.self) { try await pacer.approach(client, account: nil) }
        #expect(error?.code == .rateLimited)
        #expect(error?.retryAfter == before)
        #expect(ledger.take(bucket) == before)
    }

    @Test func `a 429 is counted, told, and makes everybody's pace slower`() async throws {
        let events = Mutex<[RequestPacer.Event]>([])
        let ledger = MemoryPaceLedger(clock: clock)
        let limit = RateLimit(amount: 10, interval: .seconds(1), burst: 1)
        let client = client(limit)
        let pacer = RequestPacer(clock: clock, ledger: ledger) { event in events.withLock { $0.append(event) } }
        for outcome in [
            TokenOutcome.notSent("no"), .unprocessed(Setback(.serverFailure, "")), .refused(Refusal(.invalid, "no")),
        ] {
            pacer.heard(outcome, client, account: nil)
        }
        #expect(pacer.refusals == 0)
        pacer.heard(.unprocessed(Setback(.rateLimited, "", retryAfter: .seconds(3))), client, account: nil)
        #expect(pacer.refusals == 1)
        #expect(events.withLock { $0 } == [.refused(provider: client.provider.id, factor: 2)])
        let bucket = PaceBucket(limit, client, account: nil)
        #expect(ledger.take(bucket) == .seconds(3))
        #expect(ledger.take(bucket) == .milliseconds(3200))
    }

    @Test func `a 429 where no limit is stated slows nothing down that could be told in times`() {
        let events = Mutex<[RequestPacer.Event]>([])
        let pacer = RequestPacer(clock: clock) { event in events.withLock { $0.append(event) } }
        let client = client(nil)
        pacer.heardLimit(PacedAPI(client, account: "acme"), retryAfter: nil)
        #expect(events.withLock { $0 } == [.refused(provider: client.provider.id, factor: nil)])
    }

    @Test func `a place that nobody needs is given back, unless somebody has taken one since`() {
        let ledger = MemoryPaceLedger(clock: clock)
        let bucket = PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .seconds(1), burst: 1))
        _ = ledger.take(bucket)
        for others in [0, 1] {
            let ticket = ledger.take(bucket, within: .seconds(60))
            #expect(ticket.wait == .seconds(1))
            for _ in 0..<others { _ = ledger.take(bucket) }
            ledger.giveBack(ticket, to: bucket)
            #expect(ledger.distance(of: bucket) == .seconds(others == 0 ? 1 : 3))
        }
    }

    @Test func `the API's limits are kept all at once, and one that is the tokens' too is one`() async throws {
        let clock = clock
        let (quick, slow) = (
            RateLimit(amount: 10, interval: .seconds(1), burst: 10),
            RateLimit(amount: 1, interval: .seconds(5), burst: 1)
        )
        let client = client(slow, api: [quick, slow])
        let ledger = MemoryPaceLedger(clock: clock)
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        try await pacer.arrive(pacer.approach(client, account: nil))
        let waiter = Task { try await pacer.pace(PacedAPI(client, account: "acme"), within: .seconds(120)) }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(5))
        try await waiter.value
        #expect(ledger.take(PaceBucket(slow, client, account: nil)) == .seconds(5))
    }

    @Test func `an account's API of which nothing is stated waits after its refusal`() async throws {
        let clock = clock
        let client = client(nil)
        let pacer = RequestPacer(clock: clock)
        try await pacer.pace(PacedAPI(client, account: "acme"), within: .seconds(120))
        pacer.heardLimit(PacedAPI(client, account: "acme"), retryAfter: .seconds(7))
        try await pacer.pace(PacedAPI(client, account: "birch"), within: .seconds(120))
        let waiter = Task { try await pacer.pace(PacedAPI(client, account: "acme"), within: .seconds(120)) }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(7))
        try await waiter.value
    }

    @Test func `whoever comes late to its place takes another`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1)
        let (client, bucket) = (client(limit), PaceBucket(limit, client(limit), account: nil))
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        for (others, naps) in [(0, 0), (2, 1)] {
            clock.advance(by: .seconds(100))
            _ = ledger.take(bucket)
            let approach = Task { try await pacer.approach(client, account: nil) }
            await clock.waitForSleepers(1)
            // What must be durable first takes long, and others have the next places.
            clock.advance(by: .seconds(5))
            let place = try await approach.value
            for _ in 0..<others { _ = ledger.take(bucket) }
            let arrival = Task { try await pacer.arrive(place) }
            if naps > 0 {
                await clock.waitForSleepers(1)
                clock.advance(by: .seconds(2))
            }
            try await arrival.value
        }
    }

    @Test func `whoever comes late to a place that nobody waited for is as far from those behind`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1)
        let (client, bucket) = (client(limit), PaceBucket(limit, client(limit), account: nil))
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        let alone = try await pacer.approach(client, account: nil)
        clock.advance(by: .milliseconds(300))
        try await pacer.arrive(alone)
        #expect(ledger.distance(of: bucket) == .seconds(1))
        clock.advance(by: .milliseconds(99_700))
        let first = try await pacer.approach(client, account: nil)
        // Another's place, which is not moved.
        _ = ledger.take(bucket)
        clock.advance(by: .milliseconds(300))
        let arrival = Task { try await pacer.arrive(first) }
        await clock.waitForSleepers(1)
        #expect(clock.deadlines.map(\.offset) == [.seconds(102)])
        clock.advance(by: .milliseconds(1700))
        try await arrival.value
    }

    @Test func `in a bucket with room whoever comes late uses up one place only`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 3)
        let client = client(limit)
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        let place = try await pacer.approach(client, account: nil)
        clock.advance(by: .milliseconds(300))
        try await pacer.arrive(place)
        let bucket = PaceBucket(limit, client, account: nil)
        #expect((0..<3).map { _ in ledger.take(bucket) } == [.zero, .zero, .milliseconds(700)])
    }

    @Test func `of several limits the slowest refuses before anything is taken of the others`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let (quick, slow) = (
            RateLimit(amount: 5, interval: .seconds(1), burst: 1),
            RateLimit(amount: 1, interval: .seconds(3600), burst: 1)
        )
        let api = PacedAPI(client(nil, api: [quick, slow]), account: nil)
        while ledger.take(api.buckets[1]) <= RequestPace(slow).patience {}
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        await #expect(throws: OAuthError.self) { try await pacer.pace(api, within: .seconds(7200)) }
        #expect(ledger.take(api.buckets[0]) == .zero)
    }

    @Test func `of several limits one that refuses uses up nothing of those that did not`() throws {
        let ledger = MemoryPaceLedger(clock: clock)
        let (quick, slow) = (
            RateLimit(amount: 5, interval: .seconds(1), burst: 1),
            RateLimit(amount: 1, interval: .seconds(600), burst: 1)
        )
        let buckets = PacedAPI(client(nil, api: [quick, slow]), account: nil).buckets
        while ledger.take(buckets[0], within: .seconds(60)).isTaken {}
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        guard case .refused = pacer.ask(for: buckets, within: .seconds(60)) else {
            Issue.record("the quick one has room")
            return
        }
        #expect(ledger.take(buckets[1]) == .zero)
    }
}
