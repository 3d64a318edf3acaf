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

@Suite(.timeLimit(.minutes(1))) struct `A request that is got ready before its place` {
    private let clock = ManualClock(start: noon)
    private let limit = RateLimit(amount: 1, interval: .seconds(10), burst: 1)

    private var registration: ClientRegistration {
        var registration = GrantSnapshot.sample().registration
        registration.provider.rateLimit = limit
        return registration
    }

    @Test func `is sent at it, and a second one of the same client at the next`() async throws {
        let (clock, transport) = (clock, AnsweringTransport())
        let (pacer, registration) = (RequestPacer(clock: clock), registration)
        let client = try await pacer.approach(
            with: TokenClient(transport: transport, now: { clock.date }), registration, account: nil)
        _ = await client.clientCredentials(registration, scope: nil)
        #expect(transport.sentCount == 1)
        clock.advance(by: .seconds(7))
        let second = Task { await client.clientCredentials(registration, scope: nil) }
        await clock.waitForSleepers(1)
        #expect(clock.deadlines.map(\.offset) == [.seconds(10)])
        #expect(transport.sentCount == 1)
        clock.advance(by: .seconds(3))
        _ = await second.value
        #expect(transport.sentCount == 2)
    }

    @Test func `waits for it with a connection in hand`() async throws {
        let (clock, transport) = (clock, AnsweringTransport())
        let (pacer, registration) = (RequestPacer(clock: clock), registration)
        let bucket = PaceBucket(limit, registration, account: nil)
        _ = pacer.ledger.take(bucket)
        clock.advance(by: .milliseconds(9950))
        let client = try await pacer.approach(
            with: TokenClient(transport: transport, now: { clock.date }), registration, account: nil)
        let request = Task { await client.clientCredentials(registration, scope: nil) }
        await clock.waitForSleepers(1)
        #expect(clock.deadlines.map(\.offset) == [.seconds(10)])
        #expect(transport.sentCount == 0)
        clock.advance(by: .milliseconds(50))
        _ = await request.value
        #expect(transport.sentCount == 1)
    }
}

@Suite struct `How long before its place a request is got ready` {
    @Test func `is longer than it took lately, for each provider`() {
        let lead = PaceLead()
        #expect(lead.time(for: "crm") == PaceLead.shortest)
        lead.took(.milliseconds(400), "crm")
        #expect(lead.time(for: "crm") == .milliseconds(600))
        #expect(lead.time(for: "mail") == PaceLead.shortest)
        lead.took(.milliseconds(80), "crm")
        #expect(lead.time(for: "crm") == .milliseconds(585))
        for _ in 0..<200 { lead.took(.milliseconds(10), "crm") }
        #expect(lead.time(for: "crm") == PaceLead.shortest)
    }

    @Test func `is as long as it takes where it takes long each time, and 5 s at most`() {
        let lead = PaceLead()
        for _ in 0..<2 { lead.took(.seconds(2), "far") }
        #expect(lead.time(for: "far") == .milliseconds(2500))
        for _ in 0..<2 { lead.took(.seconds(40), "far") }
        #expect(lead.time(for: "far") == PaceLead.farthest)
        lead.took(.milliseconds(200), "far")
        #expect(lead.time(for: "far") <= PaceLead.longest)
    }

    @Test func `is never so long that whoever wants the lock would notice`() {
        let lead = PaceLead()
        lead.took(.seconds(40), "crm")
        #expect(lead.time(for: "crm") == PaceLead.longest)
        for _ in 0..<200 { lead.took(.milliseconds(10), "crm") }
        #expect(lead.time(for: "crm") == PaceLead.shortest)
    }
}
