// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOHTTP1
import Testing

@testable import CofferSandbox

@Suite struct `The request limit` {
    private static let party = RequestLimiter.Party(clientID: "one", source: "127.0.0.1")

    @Test func `seven are admitted within any second, and the eighth once the first is a second old`() {
        var limiter = RequestLimiter(settings: LimitSettings())
        let start = Date(timeIntervalSince1970: 0)
        for step in 0..<7 {
            #expect(limiter.admit(Self.party, at: start + Double(step) / 10) == .admitted)
        }
        #expect(limiter.admit(Self.party, at: start + 0.99) == .limited)
        #expect(limiter.admit(Self.party, at: start + 1) == .admitted)
        #expect(limiter.admit(Self.party, at: start + 1.05) == .limited)
    }

    @Test func `parties are counted apart by integration and by address`() {
        var settings = LimitSettings()
        settings.requestsPerSecond = 1
        var limiter = RequestLimiter(settings: settings)
        let start = Date(timeIntervalSince1970: 0)
        #expect(limiter.admit(Self.party, at: start) == .admitted)
        #expect(limiter.admit(.init(clientID: "two", source: "127.0.0.1"), at: start) == .admitted)
        #expect(limiter.admit(.init(clientID: "one", source: "127.0.0.2"), at: start) == .admitted)
        #expect(limiter.admit(Self.party, at: start) == .limited)
    }

    @Test func `breaches that are far apart do not block`() {
        var settings = LimitSettings()
        settings.requestsPerSecond = 0
        settings.breachesBeforeBlock = 2
        var limiter = RequestLimiter(settings: settings)
        let start = Date(timeIntervalSince1970: 0)
        for minute in 0..<5 {
            #expect(limiter.admit(Self.party, at: start + Double(minute) * 60) == .limited)
        }
        #expect(limiter.admit(Self.party, at: start + 241) == .limited)
        #expect(limiter.admit(Self.party, at: start + 242) == .blocked)
    }

    @Test func `over the rate comes 429, then 403 for every request, then it is over`() async throws {
        let time = ManualTime()
        try await withClient(time.configuration(limits: LimitSettings())) { client in
            let pair = try await client.connect()
            for _ in 0..<6 { #expect(try await client.account(accessToken: pair.access).status == 200) }
            for _ in 0..<10 {
                let refused = try await client.account(accessToken: pair.access)
                #expect(refused.status == 429)
                #expect(refused.headers.first(name: "retry-after") == nil)
            }
            time.advance(by: 59)
            let blocked = try await client.token(refreshToken: pair.refresh)
            #expect(blocked.status == 403)
            #expect(blocked.text.contains("<center>nginx</center>"))
            time.advance(by: 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }

    @Test func `a refused request is not processed`() async throws {
        let time = ManualTime()
        var limits = LimitSettings()
        limits.requestsPerSecond = 1
        try await withClient(time.configuration(limits: limits)) { client in
            let pair = try await client.connect()
            #expect(try await client.token(refreshToken: pair.refresh).status == 429)
            time.advance(by: 1)
            #expect(try await client.token(refreshToken: pair.refresh).status == 200)
        }
    }
}
