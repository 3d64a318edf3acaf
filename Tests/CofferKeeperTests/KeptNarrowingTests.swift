// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `Narrower tokens in a record` {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func token(_ scope: String, life: TimeInterval = 600, at date: Date = now) throws -> NarrowedToken {
        NarrowedToken(
            narrowing: try #require(try TokenNarrowing(scope: scope, audience: "a", resource: "https://r/")),
            accessToken: Secret("token \(scope)"), tokenType: "Bearer", scope: scope, obtainedAt: date,
            expiresAt: date + life)
    }

    @Test func `are read as they were written`() throws {
        let kept = [
            KeptNarrowing(try Self.token("x"), tokenVersion: 3, mintedUnder: 2),
            KeptNarrowing(
                NarrowedToken(
                    narrowing: TokenNarrowing(storedScope: nil, audience: "b", resource: nil), accessToken: nil,
                    obtainedAt: Self.now, expiresAt: Self.now, refusal: "no"),
                tokenVersion: 3, mintedUnder: 0),
        ]
        let read = try KeptNarrowing.decode(KeptNarrowing.encode(kept))
        #expect(read.map(\.token) == kept.map(\.token))
        #expect(read.map(\.tokenVersion) == [3, 3] && read.map(\.mintedUnder) == [2, 0])
    }

    @Test func `are one for each narrowing, no more than there is room for, and none that is over`() throws {
        var record = ConnectionRecord()
        record.keep(try Self.token("over", life: 5), mintedUnder: 0)
        for number in 0..<40 { record.keep(try Self.token("s\(number)", at: Self.now + 10), mintedUnder: 0) }
        record.keep(try Self.token("s39", life: 900, at: Self.now + 20), mintedUnder: 0)
        #expect(record.narrowed.count == KeptNarrowing.capacity)
        #expect(record.narrowed.filter { $0.token.scope == "s39" }.map(\.token.expiresAt) == [Self.now + 920])
        #expect(!record.narrowed.contains { $0.token.scope == "over" || $0.token.scope == "s0" })
    }

    @Test func `are not pushed out by refusals, of which some are kept beside them`() throws {
        var record = ConnectionRecord()
        for number in 0..<KeptNarrowing.capacity { record.keep(try Self.token("s\(number)"), mintedUnder: 0) }
        for number in 0..<40 {
            let narrowing = try #require(try TokenNarrowing(scope: "s\(number)", audience: "a", resource: "https://r/"))
            record.keep(NarrowedToken(narrowing, refused: "no", at: Self.now), mintedUnder: 0)
        }
        #expect(record.narrowed.filter { $0.token.accessToken != nil }.count == KeptNarrowing.capacity)
        let refused = record.narrowed.filter { $0.token.accessToken == nil }.map(\.token.narrowing.scope)
        #expect(refused.count == KeptNarrowing.refusalCapacity && refused.last == "s39")
        // A token puts an end to the refusal of its like.
        record.keep(try Self.token("s39"), mintedUnder: 0)
        #expect(!record.narrowed.contains { $0.token.accessToken == nil && $0.token.narrowing.scope == "s39" })
    }

    @Test func `count for nothing once another pair is there, though an older program carried them over`() throws {
        var record = ConnectionRecord()
        record.keep(try Self.token("x"), mintedUnder: 0)
        record.tokenVersion += 1
        #expect(record.presentNarrowed.isEmpty)
    }

    @Test func `are told from a newer intent's, which an older program wrote beside them`() throws {
        let narrowing = try #require(try TokenNarrowing(scope: "x"))
        func intent(_ start: Date, _ narrowing: TokenNarrowing?) -> RefreshIntent {
            RefreshIntent(
                tokenFingerprint: [1, 2], attempt: 1, startedAt: start, deadline: start + 40, narrowing: narrowing)
        }
        let written = IntentNarrowing.encode(intent(Self.now, narrowing))
        #expect(try IntentNarrowing.joined(intent(Self.now, nil), written).narrowing == narrowing)
        #expect(try IntentNarrowing.joined(intent(Self.now + 1, nil), written).narrowing == nil)
        #expect(IntentNarrowing.encode(intent(Self.now, nil)) == nil)
    }

    @Test func `spill nothing but the refresh token that came with them`() throws {
        let renewal = GrantRenewal(
            tokens: IssuedTokens(refreshToken: Secret("next")), placement: .narrowed(try Self.token("x")),
            state: .active, obtainedAt: Self.now, refreshAt: nil, spendsPresentToken: true)
        let read = try SpilledRenewal(SpilledRenewal(renewal, mintedUnder: 7).fields).renewal
        #expect(read.placement == .current)
        #expect(read.tokens.refreshToken == Secret("next") && read.tokens.accessToken == nil)
    }
}
