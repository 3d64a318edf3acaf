// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import Foundation

/// Tokens of a sandbox's account, to be put into a drill's vault.
package struct DrillGrant: Sendable {
    /// Where.
    package let path: CredentialPath
    /// The access token.
    package let accessToken: Secret
    /// The refresh token; nil where the app's own connection has none.
    package let refreshToken: Secret?
    /// When the access token ends.
    package let expiresAt: Date
    /// The provider's id of the account.
    package let accountID: String
    /// The account's host; nil where accounts have none.
    package let accountHost: String?

    /// Describes a connection.
    package init(
        path: CredentialPath, accessToken: Secret, refreshToken: Secret?, expiresAt: Date, accountID: String,
        accountHost: String?
    ) {
        self.path = path
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresAt = expiresAt
        self.accountID = accountID
        self.accountHost = accountHost
    }
}
