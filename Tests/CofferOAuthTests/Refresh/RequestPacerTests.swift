// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

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
            ["a", "b"].map { RequestPacer.bucket(limit, client, account: $0) }
        }
        #expect(Set(buckets).count == expected)
    }
}
