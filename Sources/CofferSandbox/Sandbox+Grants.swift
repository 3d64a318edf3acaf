// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation
import Synchronization

extension Sandbox {
    /// A grant of an account, with its first tokens, as a client holds it.
    package struct IssuedGrant: Sendable {
        /// The access token.
        package let accessToken: String
        /// The refresh token.
        package let refreshToken: String
        /// When the access token ends.
        package let expiresAt: Date
        /// What the provider calls the account.
        package let accountID: String
        /// The account's host with its port; nil where accounts have none.
        package let host: String?
    }

    /// Gives an integration a grant of an account, as consent and exchange would, with no request: neither limited nor logged.
    package func grant(_ account: Account, to integration: Integration) -> IssuedGrant {
        let configuration = service.configuration
        let terms = Terms([], now: configuration.now(), lifetimes: configuration.lifetimes, origin: service.origin)
        let pair = service.ledger.withLock { ledger in
            let grant = ledger.newGrant(clientID: integration.clientID, account: account)
            let pair = service.provider.newPair(for: grant, terms, in: service)
            ledger.issue(pair, for: grant)
            return pair
        }
        return IssuedGrant(
            accessToken: pair.accessToken, refreshToken: pair.refreshToken, expiresAt: pair.accessUntil,
            accountID: service.provider.accountID(of: account), host: hasAccountHosts ? host(of: account) : nil)
    }
}
