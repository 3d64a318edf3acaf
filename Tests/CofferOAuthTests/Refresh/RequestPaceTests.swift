// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

@Suite struct RequestPaceTests {
    /// Takes places at a moment, and says how long each waits.
    private func waits(
        _ count: Int, _ limit: RateLimit?, from fullAt: inout Duration, slowness: PaceSlowness = .none, at now: Duration
    ) -> [Duration] {
        (0..<count).map { _ in
            let place = RequestPace(limit).place(fullAt: fullAt, slowness: slowness, at: now)
            fullAt = place.fullAt
            return place.wait
        }
    }

    @Test func `a burst goes at once, then one for each step`() {
        var fullAt = Duration.zero
        let waits = waits(6, RateLimit(amount: 2, interval: .seconds(1), burst: 3), from: &fullAt, at: .zero)
        #expect(waits == [.zero, .zero, .zero, .milliseconds(500), .milliseconds(1000), .milliseconds(1500)])
    }

    @Test func `of a large bucket a twentieth is kept back`() {
        var fullAt = Duration.zero
        let waits = waits(50, RateLimit(amount: 2, interval: .seconds(1), burst: 50), from: &fullAt, at: .zero)
        #expect(waits.count { $0 == .zero } == 48)
    }

    @Test func `a bucket refills with time, and no further than its size`() {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 2)
        var fullAt = Duration.zero
        _ = waits(2, limit, from: &fullAt, at: .zero)
        #expect(waits(3, limit, from: &fullAt, at: .seconds(100)) == [.zero, .zero, .seconds(1)])
    }

    @Test func `over a minute no more goes than the limit allows`() {
        let limit = RateLimit(amount: 7, interval: .seconds(1), burst: 1)
        var (now, sent, fullAt) = (Duration.zero, 0, Duration.zero)
        while now < .seconds(60) {
            now += waits(1, limit, from: &fullAt, at: now)[0]
            sent += 1
        }
        #expect((420...422).contains(sent))
    }

    @Test func `while it is slow requests are so much further apart, and none bursts`() {
        let limit = RateLimit(amount: 2, interval: .seconds(1), burst: 50)
        let slowness = PaceSlowness.none.refused(at: .seconds(10))
        var fullAt = Duration.zero
        #expect(
            waits(3, limit, from: &fullAt, slowness: slowness, at: .seconds(10)) == [.zero, .seconds(1), .seconds(2)])
        // When it is over, the bucket fills up again.
        #expect(waits(1, limit, from: &fullAt, slowness: slowness, at: .seconds(120)) == [.zero])
    }

    @Test func `a server's wish closes the bucket, for a minute at most`() {
        let pace = RequestPace(RateLimit(amount: 2, interval: .seconds(1), burst: 50))
        for (asked, kept) in [(10, 10), (3600, 60), (-5, 0)] {
            let fullAt = pace.pausing(fullAt: .zero, for: .seconds(asked), at: .seconds(7))
            #expect(pace.place(fullAt: fullAt, at: .seconds(7)).wait == .seconds(kept))
        }
        let far = Duration.seconds(7 + 25 + 30)
        #expect(pace.pausing(fullAt: far, for: .seconds(1), at: .seconds(7)) == far)
    }

    @Test func `without a stated limit nothing waits until a refusal, and then one goes in a second`() {
        var fullAt = Duration.zero
        #expect(waits(3, nil, from: &fullAt, at: .seconds(1)) == [.zero, .zero, .zero])
        let slowness = PaceSlowness.none.refused(at: .seconds(1))
        #expect(
            waits(3, nil, from: &fullAt, slowness: slowness, at: .seconds(1)) == [.zero, .seconds(1), .seconds(2)])
    }

    @Test func `a server's wish to one account holds for all who call for it, for an hour at most`() {
        let bucket = PaceBucket(
            name: ["crm"], limit: RateLimit(amount: 2, interval: .seconds(1), burst: 50), isOneAccounts: true)
        for (asked, kept) in [(10, 10), (600, 600), (7200, 3600)] {
            let pace = RequestPace(bucket)
            let fullAt = pace.pausing(fullAt: .zero, for: .seconds(asked), at: .seconds(7))
            #expect(pace.place(fullAt: fullAt, at: .seconds(7)).wait == .seconds(kept))
        }
    }

    @Test(arguments: [(RateLimit.Scope.account, true), (.appAndAccount, true), (.app, false), (.sourceAddress, false)])
    func `whether a limit is one account's is what its scope says`(_ scope: RateLimit.Scope, _ expected: Bool) {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1, scope: scope)
        #expect(PaceBucket(limit, Fixtures.generic, account: "acme").isOneAccounts == expected)
        #expect(!PaceBucket(limit, Fixtures.generic, account: nil).isOneAccounts)
    }

    /// So far away nobody waits, so that it comes from another start of the machine.
    @Test(arguments: [1_000_000, 1000, 200])
    func `a moment that is none of ours neither holds anybody up nor lets anybody burst`(_ seconds: Int) {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 5)
        var fullAt = Duration.seconds(seconds)
        #expect(waits(3, limit, from: &fullAt, at: .seconds(20)) == [.zero, .seconds(1), .seconds(2)])
    }

    @Test(arguments: [
        // One by one, as amoCRM counts: half of what the pace leaves of a second, however long the wait was.
        (RateLimit(amount: 7, interval: .milliseconds(1040), burst: 1), Duration.zero, Duration.milliseconds(20)),
        (RateLimit(amount: 7, interval: .milliseconds(1040), burst: 1), .seconds(1), .milliseconds(20)),
        // Half of the two that are kept back of fifty.
        (RateLimit(amount: 2, interval: .seconds(1), burst: 50), .seconds(1), .milliseconds(500)),
        (RateLimit(amount: 10, interval: .seconds(600), burst: 10), .zero, .seconds(60)),
        (RateLimit(amount: 10, interval: .seconds(600), burst: 10), .seconds(1), .milliseconds(20)),
    ])
    func `how late a request may come depends on what others may do meanwhile`(
        _ limit: RateLimit, _ wait: Duration, _ expected: Duration
    ) {
        #expect(RequestPace(limit).lateness(after: wait) == expected)
        #expect(RequestPace(nil).lateness(after: .zero) == nil)
    }

    @Test func `no patience is longer than an hour`() {
        #expect(RequestPace(RateLimit(amount: 7, interval: .seconds(1), burst: 1)).patience < .seconds(125))
        #expect(RequestPace(RateLimit(amount: 1, interval: .seconds(86_400), burst: 1)).patience == .seconds(3600))
    }
}

@Suite struct PaceSlownessTests {
    @Test func `one refusal halves for a minute`() {
        let slowness = PaceSlowness.none.refused(at: .seconds(5))
        #expect(slowness.factor(at: .seconds(64)) == 2)
        #expect(slowness.factor(at: .seconds(65)) == 1)
    }

    @Test func `refusals of requests that were on their way together are one`() {
        let once = PaceSlowness.none.refused(at: .seconds(5))
        #expect(once.refused(at: .seconds(9)) == once)
        #expect(once.refused(at: .seconds(10)).factor(at: .seconds(10)) == 4)
    }

    @Test func `an eighth is the slowest`() {
        let slowness = stride(from: 0, to: 60, by: 6).reduce(PaceSlowness.none) { $0.refused(at: .seconds($1)) }
        #expect(slowness.factor(at: .seconds(60)) == 8)
    }

    @Test func `one that would hold for longer than any of ours counts for nothing`() {
        #expect(PaceSlowness(until: .seconds(10_000), halvings: 3).factor(at: .seconds(5)) == 1)
    }
}
