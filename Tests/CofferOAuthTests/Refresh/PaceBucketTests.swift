// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCredentialsTesting
import Testing

@testable import CofferOAuth

@Suite struct `A bucket of a rate limit` {
    private func client(_ token: RateLimit?, api: [RateLimit]?) -> ClientRegistration {
        var registration = Fixtures.generic
        registration.provider.rateLimit = token
        registration.provider.apiRateLimits = api
        return registration
    }

    private func bucket(_ client: ClientRegistration) -> PaceBucket {
        PaceBucket(client.provider.rateLimit, client, account: "acme")
    }

    /// amoCRM's seven, as apps have them that were added before they were spread over 1.04 s.
    @Test func `is the same for a description of an earlier version, of tokens and of the API`() async throws {
        let clients = [1030, 1040].map { interval in
            let limit = RateLimit(amount: 7, interval: .milliseconds(interval), burst: 1, scope: .sourceAddress)
            return client(limit, api: [limit])
        }
        let buckets = clients.flatMap { [bucket($0)] + PacedAPI($0, account: "acme").buckets }
        #expect(buckets.count == 4)
        #expect(Set(buckets).count == 1)
        let ledger = MemoryPaceLedger(clock: ManualClock())
        let waits = buckets.map { ledger.take($0, within: .seconds(60)).wait }
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $1 - $0 >= .milliseconds(147) })
    }

    /// Whoever states a smaller bucket or a slower pace is believed by those who state neither.
    @Test func `is taken from by the strictest figures of those who use it, for as long as they do`() {
        let (quick, slow) = (
            PaceBucket(name: ["crm"], limit: RateLimit(amount: 2, interval: .seconds(1), burst: 4)),
            PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .seconds(1), burst: 2))
        )
        let clock = ManualClock()
        let ledger = MemoryPaceLedger(clock: clock)
        #expect(ledger.take(slow) == .zero)
        clock.advance(by: .seconds(30))
        #expect((0..<4).map { _ in ledger.take(quick) } == [.zero, .zero, .seconds(1), .seconds(2)])
        // Nobody has stated the slow ones for a minute and two of their steps.
        clock.advance(by: .seconds(40))
        #expect((0..<5).map { _ in ledger.take(quick) } == [.zero, .zero, .zero, .zero, .milliseconds(500)])
    }

    @Test func `is another one for tokens and for the API where their limits differ`() {
        let (tokens, calls) = (
            RateLimit(amount: 1, interval: .seconds(60), burst: 1),
            RateLimit(amount: 90, interval: .seconds(60), burst: 9)
        )
        let client = client(tokens, api: [calls])
        #expect(bucket(client) != PacedAPI(client, account: "acme").buckets[0])
    }

    @Test func `is another one for a second, a minute and a day`() {
        let limits = [1, 60, 86_400].map { RateLimit(amount: 100, interval: .seconds($0), burst: 100) }
        #expect(Set(PacedAPI(client(nil, api: limits), account: nil).buckets).count == 3)
    }

    /// A login is of no account yet, and many of them are not one account's.
    @Test(arguments: [
        (RateLimit.Scope?.none, true), (.sourceAddress, true), (.app, true), (.account, false), (.appAndAccount, false),
    ])
    func `holds nobody back whose account is not known where it is each account's own`(
        _ scope: RateLimit.Scope?, _ applies: Bool
    ) {
        let limit = RateLimit(amount: 1, interval: .seconds(3600), burst: 1, scope: scope)
        let client = client(limit, api: [limit])
        let ledger = MemoryPaceLedger(clock: ManualClock())
        for bucket in [PaceBucket(limit, client, account: nil)] + PacedAPI(client, account: nil).buckets {
            #expect(bucket.limit == (applies ? limit : nil))
        }
        #expect(bucket(client).limit == limit)
        let waits = (0..<3).map { _ in ledger.take(PaceBucket(limit, client, account: nil), within: .zero).wait }
        #expect((waits == [.zero, .zero, .zero]) == !applies)
    }

    @Test func `of an account that nobody can name is that grant's`() {
        let limit = RateLimit(amount: 1, interval: .seconds(60), burst: 1, scope: .appAndAccount)
        let client = client(limit, api: nil)
        let grants = ["g1", "g2"].map { GrantSnapshot.sample(id: $0) { $0.accountID = nil } }
        let buckets = grants.map { PaceBucket(limit, client, account: $0.pacedAccount) }
        #expect(buckets.allSatisfy { $0.limit == limit && $0.isOneAccounts })
        #expect(buckets[0] != buckets[1])
    }

    /// Thirty a second for the tenant (rate-limit-configurations/free-public of its documentation), not for each user.
    @Test func `of Auth0 is one for all apps and users`() {
        let buckets = ["first", "second"].flatMap { clientID in
            let client = ClientRegistration(
                provider: ProviderCatalogue.auth0.description, clientID: clientID, clientSecret: Secret("made-up"))
            return ["auth0|1", "auth0|2"].map { PaceBucket(client.provider.rateLimit, client, account: $0) }
        }
        #expect(Set(buckets).count == 1)
        #expect(buckets.allSatisfy { $0.limit?.amount == 30 && !$0.isOneAccounts })
    }

    @Test func `is another one where no limit is stated`() {
        let limit = RateLimit(amount: 1, interval: .seconds(1), burst: 1)
        #expect(bucket(client(nil, api: nil)) != bucket(client(limit, api: nil)))
    }

    @Test func `is taken from once where two limits are about the same time, and keeps both`() {
        let (quick, slow) = (
            RateLimit(amount: 10, interval: .seconds(1), burst: 2),
            RateLimit(amount: 5, interval: .seconds(1), burst: 50)
        )
        for limits in [[quick, slow], [slow, quick]] {
            let buckets = PacedAPI(client(nil, api: limits), account: nil).buckets
            #expect(buckets.map(\.limit) == [RateLimit(amount: 5, interval: .seconds(1), burst: 2)])
        }
    }

    /// Whatever is corrected by a few per cent stays in its class.
    @Test(arguments: [1, 2, 5, 10, 15, 30, 60, 100, 300, 600, 900, 3600, 86_400])
    func `is told by no figure that is corrected`(_ seconds: Int) {
        let scale = PaceBucket.scale(of: .seconds(seconds))
        for percent in [96, 98, 102, 104] {
            #expect(PaceBucket.scale(of: .milliseconds(seconds * percent * 10)) == scale)
        }
        #expect(PaceBucket.scale(of: .zero) == "0")
        #expect(PaceBucket.scale(of: .seconds(-1)) == "0")
    }
}
