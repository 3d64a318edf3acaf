// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Whose requests to an account's API are counted together: what a rate limit needs to know, and no secret.
package struct PacedAPI: Sendable, Equatable {
    /// The provider's id.
    package var providerID: String
    /// The provider's name, for sentences.
    package var providerName: String
    /// The client.
    package var clientID: String
    /// What tells this account from others of the app.
    package var account: String?
    /// The provider's limits; empty where it states none, and then only its refusals count.
    package var limits: [RateLimit]
    /// The limit of its token requests: where it is one of ``limits``, all are counted together.
    package var tokenLimit: RateLimit?

    /// Puts it together.
    package init(
        providerID: String, providerName: String, clientID: String, account: String?, limits: [RateLimit],
        tokenLimit: RateLimit?
    ) {
        self.providerID = providerID
        self.providerName = providerName
        self.clientID = clientID
        self.account = account
        self.limits = limits
        self.tokenLimit = tokenLimit
    }

    /// The API of a client's account.
    package init(_ registration: ClientRegistration, account: String?) {
        self.init(
            providerID: registration.provider.id, providerName: registration.provider.displayName,
            clientID: registration.clientID, account: account, limits: registration.provider.apiRateLimits ?? [],
            tokenLimit: registration.provider.rateLimit)
    }

    var buckets: [PaceBucket] {
        guard limits.isEmpty else {
            return limits.reduce(into: []) { buckets, limit in
                let bucket = PaceBucket(
                    limit, for: limit == tokenLimit ? .all : .api, providerID: providerID, clientID: clientID,
                    account: account)
                if let index = buckets.firstIndex(of: bucket) {
                    buckets[index] = buckets[index].joined(with: bucket)
                } else {
                    buckets.append(bucket)
                }
            }
        }
        return [
            PaceBucket(
                name: [providerID, clientID, account ?? "", "API"], limit: nil, isOneAccounts: account != nil)
        ]
    }
}
