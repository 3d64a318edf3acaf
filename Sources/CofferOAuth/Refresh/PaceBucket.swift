// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What requests that share a rate limit are taken from.
package struct PaceBucket: Sendable, Hashable {
    /// Who shares it: a list of names, none of them secret.
    package let name: [String]
    /// The limit; nil where the provider states none, and then only its refusals count.
    package let limit: RateLimit?
    /// Whether only one account's requests are taken from it.
    package let isOneAccounts: Bool

    /// Puts a bucket together.
    package init(name: [String], limit: RateLimit?, isOneAccounts: Bool = false) {
        self.name = name
        self.limit = limit
        self.isOneAccounts = isOneAccounts
    }

    /// The bucket of a client's requests for an account.
    ///
    /// Who shares a limit, the description says; where it does not, all of a provider's requests do, which is the
    /// strictest reading. Equal limits are one limit: where the description states the same one for tokens and for the
    /// API, as amoCRM's seven a second for everything, both are counted together.
    ///
    /// - Parameters:
    ///   - limit: the limit; nil where the provider states none.
    ///   - providerID: the provider.
    ///   - clientID: the client.
    ///   - account: what tells this account from others of the app, where the limit is the account's.
    init(_ limit: RateLimit?, providerID: String, clientID: String, account: String?) {
        let sharers =
            switch limit?.scope ?? .sourceAddress {
            case .sourceAddress: [providerID]
            case .app: [providerID, clientID]
            // Without a name all accounts are one, which is too slow and never too fast.
            case .account: [providerID, "", account ?? ""]
            case .appAndAccount: [providerID, clientID, account ?? ""]
            }
        let isOneAccounts = account != nil && limit?.isAccounts == true
        self.init(name: sharers, limit: limit, isOneAccounts: isOneAccounts)
    }

    /// The bucket of a client's requests for an account, by its registration.
    package init(_ limit: RateLimit?, _ registration: ClientRegistration, account: String?) {
        self.init(limit, providerID: registration.provider.id, clientID: registration.clientID, account: account)
    }
}
