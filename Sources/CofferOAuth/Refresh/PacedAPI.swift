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

    /// Puts it together.
    package init(providerID: String, providerName: String, clientID: String, account: String?, limits: [RateLimit]) {
        self.providerID = providerID
        self.providerName = providerName
        self.clientID = clientID
        self.account = account
        self.limits = limits
    }

    /// The API of a client's account.
    package init(_ registration: ClientRegistration, account: String?) {
        self.init(
            providerID: registration.provider.id, providerName: registration.provider.displayName,
            clientID: registration.clientID, account: account, limits: registration.provider.apiRateLimits ?? [])
    }

    var buckets: [PaceBucket] {
        guard limits.isEmpty else {
            return limits.map { PaceBucket($0, providerID: providerID, clientID: clientID, account: account) }
        }
        return [
            PaceBucket(
                name: [providerID, clientID, account ?? "", "API"], limit: nil, isOneAccounts: account != nil)
        ]
    }
}
