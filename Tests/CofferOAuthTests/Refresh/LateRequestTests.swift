// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Synchronization
import Testing

@testable import CofferOAuth

@Suite(.timeLimit(.minutes(1))) struct `A request that is late for its place` {
    private let clock = ManualClock()

    private func client(_ limit: RateLimit) -> ClientRegistration {
        var registration = GrantSnapshot.sample().registration
        registration.provider.rateLimit = limit
        return registration
    }

    @Test func `does not go beside others if the next is far away, and takes nothing`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1)
        let (client, bucket) = (client(limit), PaceBucket(limit, client(limit), account: nil))
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        _ = ledger.take(bucket)
        let approach = Task { try await pacer.approach(client, account: nil) }
        await clock.waitForSleepers(1)
        clock.advance(by: .seconds(5))
        let place = try await approach.value
        for _ in 0..<20 { _ = ledger.take(bucket) }
        let error = await #expect(throws: OAuthError(.rateLimited, "")) { try await pacer.arrive(place) }
        #expect(error?.retryAfter == .seconds(20))
        #expect(ledger.distance(of: bucket) == .seconds(20))
    }

    @Test func `is not sent then, and whoever sends it hears why`() async throws {
        let (clock, transport) = (clock, AnsweringTransport())
        let limit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)
        let registration = client(limit)
        let pacer = RequestPacer(clock: clock)
        let client = try await pacer.approach(
            with: TokenClient(transport: transport, now: { noon }), registration, account: nil)
        clock.advance(by: .seconds(1))
        for _ in 0..<3 { _ = pacer.ledger.take(PaceBucket(limit, registration, account: nil)) }
        let outcome = await client.clientCredentials(registration, scope: nil)
        guard case .unprocessed(let setback) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(setback.kind == .late && setback.wasNotSent)
        #expect(setback.error.code == .rateLimited)
        #expect(setback.message.contains("late for its place"))
        #expect(transport.sentCount == 0)
    }

    /// A machine that wakes nobody in time, under a limit that others use up.
    @Test func `each time is given room behind it, so that it goes, and never beside another`() async throws {
        let (clock, ledger) = (clock, MemoryPaceLedger(clock: clock))
        let limit = RateLimit(amount: 10, interval: .seconds(1), burst: 1)
        let (client, bucket) = (client(limit), PaceBucket(limit, client(limit), account: nil))
        let pacer = RequestPacer(clock: clock, ledger: ledger)
        let late = Duration.milliseconds(300)
        var others: [Duration] = []
        // Each sleep: others take places for three seconds, and time goes on beyond what was asked for.
        var sleeps: [Int] = []
        for _ in 0..<3 {
            while ledger.distance(of: bucket) < .seconds(3) { others.append(clock.now.offset + ledger.take(bucket)) }
            let hasGone = Atomic(false)
            async let request: Void = {
                defer { hasGone.store(true, ordering: .releasing) }
                try await pacer.arrive(pacer.approach(client, account: nil))
            }()
            sleeps.append(0)
            while !hasGone.load(ordering: .acquiring) {
                guard let next = clock.deadlines.first else {
                    try Task.checkCancellation()
                    await Task.yield()
                    continue
                }
                while ledger.distance(of: bucket) < .seconds(3) {
                    others.append(clock.now.offset + ledger.take(bucket))
                }
                sleeps[sleeps.count - 1] += 1
                clock.advance(by: clock.now.duration(to: next) + late)
            }
            try await request
            let now = clock.now.offset
            #expect(others.allSatisfy { max($0 - now, now - $0) >= .milliseconds(80) })
        }
        // The first misses some until it is known that lateness lasts; those behind it go at their first.
        #expect(sleeps[0] <= 8 && sleeps[1] <= 2 && sleeps[2] <= 2, "\(sleeps)")
    }

    @Test func `once, since the machine slept, costs the next one no room`() async throws {
        let lateness = PaceLateness()
        lateness.was(.seconds(5))
        #expect(lateness.lasting == .zero)
        lateness.was(.milliseconds(40))
        #expect(lateness.lasting == .milliseconds(40))
        lateness.was(.zero)
        #expect(lateness.lasting == .zero)
    }

    @Test(arguments: [
        (Duration.milliseconds(20), Duration.zero), (.milliseconds(40), .milliseconds(40)),
        (.seconds(4), .milliseconds(5980)), (.seconds(7), .seconds(10)), (.seconds(60), .seconds(10)),
    ])
    func `is given as much room as its lateness calls for, and ten seconds at most`(
        _ lateness: Duration, _ expected: Duration
    ) {
        let limit = RateLimit(amount: 7, interval: .milliseconds(1040), burst: 1)
        #expect(RequestPace(limit).room(for: lateness) == expected)
        let (near, far) = (
            RequestPace(limit).place(fullAt: .seconds(3), at: .seconds(2)),
            RequestPace(limit).place(fullAt: .seconds(3), room: expected, at: .seconds(2))
        )
        #expect(near.wait == far.wait && far.fullAt - near.fullAt == expected)
    }
}
