// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Testing

@testable import CofferKeeper

@Suite struct `The time that new tokens take` {
    private func provider(_ limit: RateLimit?, _ reach: ProviderDescription.RevocationReach = .grant)
        -> ProviderDescription
    {
        var provider = ProviderDescription(
            id: "as", displayName: "AS", endpoints: Endpoints(token: "https://as.example/token"),
            domains: ["as.example"],
            clientAuthentication: .post)
        provider.rateLimit = limit
        provider.revocationReach = reach
        return provider
    }

    private func seconds(_ limit: RateLimit?, _ reach: ProviderDescription.RevocationReach = .grant, count: Int) -> Int?
    {
        ReissueEstimate(provider: provider(limit, reach), connectionCount: count, appRequestCount: 2).seconds
    }

    @Test func `is not known without a stated pace`() {
        #expect(seconds(nil, count: 10_000) == nil)
    }

    @Test func `counts every request of a shared pace: the refresh, two questions, and the revocation`() {
        let limit = RateLimit(amount: 7, interval: .seconds(1), burst: 1, scope: .sourceAddress)
        // 2 + 10,000 * 3 requests, of which one goes at once.
        #expect(seconds(limit, count: 10_000) == (30_001 + 6) / 7)
        #expect(seconds(limit, .token, count: 10_000) == (40_001 + 6) / 7)
        #expect(seconds(limit, count: 0) == 1)
    }

    @Test func `is none within the burst, and counts accounts beside each other where the pace is theirs`() {
        #expect(seconds(RateLimit(amount: 2, interval: .seconds(1), burst: 50), count: 16) == 0)
        let each = RateLimit(amount: 1, interval: .seconds(10), burst: 1, scope: .account)
        #expect(seconds(each, count: 4) == 20)
        #expect(seconds(each, count: 5) == 40)
    }
}
