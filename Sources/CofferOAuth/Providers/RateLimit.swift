// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How fast a provider may be called: a bucket of `burst` that refills by `amount` each `interval`.
package struct RateLimit: Sendable, Codable, Hashable {
    /// Who shares one bucket.
    package enum Scope: String, Sendable, Codable {
        /// All requests of one client.
        case app
        /// All requests for one account.
        case account
        /// One client's requests for one account.
        case appAndAccount
        /// Everything that comes from one address.
        case sourceAddress
    }

    /// How many requests come back in one interval.
    package var amount: Int
    /// The interval.
    package var interval: Duration
    /// How many requests may be made at once.
    package var burst: Int
    /// Who shares the bucket; `nil`: not known, taken as everything that comes from one address.
    package var scope: Scope?

    /// Whether it is each account's own, so that one that is used up says nothing of the others.
    package var isAccounts: Bool { scope == .account || scope == .appAndAccount }

    /// States a limit.
    package init(amount: Int, interval: Duration, burst: Int, scope: Scope? = nil) {
        self.amount = amount
        self.interval = interval
        self.burst = burst
        self.scope = scope
    }
}
