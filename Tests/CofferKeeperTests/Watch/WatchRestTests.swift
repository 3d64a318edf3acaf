// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A watch leaves alone` {
    private static let full = OAuthError(.rateLimited, "Too many.", retryAfter: .seconds(40))

    @Test func `a provider whose places are taken, but not for the sake of one account's own limit`() {
        #expect(WatchRun.laneRest(after: Self.full, isLimitedAlone: false) == .seconds(40))
        #expect(WatchRun.laneRest(after: Self.full, isLimitedAlone: true) == nil)
        #expect(WatchRun.laneRest(after: OAuthError(.unreachable, ""), isLimitedAlone: false) == nil)
    }

    @Test(arguments: [(RateLimit.Scope.account, true), (.appAndAccount, true), (.app, false), (.sourceAddress, false)])
    func `what shares a limit, as the provider's description says`(
        _ scope: RateLimit.Scope, _ expected: Bool
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let entry = try #require(try await keeper.vault.inspect(KeeperWorld.app))
            var app = try AppRecord(entry)
            app.registration?.provider.rateLimit = RateLimit(
                amount: 1, interval: .seconds(1), burst: 1, scope: scope)
            _ = try await keeper.vault.commit(
                WriteBatch(.put, reason: "", drafts: [try app.draft(replacing: entry)]))
            var known = DueConnections()
            let survey = try await keeper.vault.surveyDue(by: world.time.now.addingTimeInterval(90_000))
            _ = try await known.learn(survey, WishedRefreshes(), keeper, atMost: 9, at: .zero)
            let item = try #require(known.items(survey, WishedRefreshes()).first)
            #expect(known.isLimitedAlone(item.order.id) == expected)
        }
    }

    @Test func `what it has not looked into yet, and comes to all of it`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let keeper = try await world.keeper()
            let instant = world.time.now.addingTimeInterval(90_000)
            var known = DueConnections()
            var seen: [Int] = []
            var isWhole = false
            while !isWhole {
                let survey = try await keeper.vault.surveyDue(by: instant, atMost: known.count + 1)
                (isWhole, _) = try await known.learn(survey, WishedRefreshes(), keeper, atMost: 1, at: .zero)
                seen.append(known.items(survey, WishedRefreshes()).count)
            }
            // The last of them finds that there is no third.
            #expect(seen == [1, 2, 2])
        }
    }

    @Test func `one whose lost answer is not resolved until its token ends, for an hour at most`() {
        for (told, rest) in [(Duration.seconds(700), Duration.seconds(700)), (.seconds(86_400), .seconds(3600))] {
            #expect(WatchRun.rest(after: OAuthError(.indeterminate, "", retryAfter: told)) == rest)
        }
        #expect(WatchRun.rest(after: OAuthError(.indeterminate, "")) == .seconds(30))
    }
}
