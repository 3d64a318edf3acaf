// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault
package import Foundation

/// An account that was authorised and waits to be confirmed; its tokens are sealed already.
package struct FoundAccount: Sendable {
    /// Where it is connected.
    package let path: CredentialPath
    /// The provider's id of the account.
    package let accountID: String?
    /// What the provider calls it.
    package let label: String?
    /// Its host.
    package let host: String?
    /// The provider's name.
    package let provider: String
    /// The account that was connected here before, if another.
    package let replacesAccountID: String?
    /// When its token expires.
    package let expiresAt: Date?
    /// Whether it should be the account that is connected, and nobody here knows which that is.
    package internal(set) var isUncompared = false
    /// Whether the connection is new.
    let isNew: Bool
    /// The access token that waits; nil for an account whose pair is in force already.
    ///
    /// Of several accounts that were found, the one with this token is confirmed or discarded.
    let waiting: Secret?
}
