// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The key by which an app proves who it is (RFC 7523 §2.2), under the name that the server knows it by.
package struct ClientKey: Sendable, Equatable {
    /// The key.
    package let key: SigningKey
    /// The name in `kid`; the thumbprint (RFC 7638) where nobody gave another.
    package let id: String
    /// The name that was given.
    package let statedID: String?

    /// Names a key.
    ///
    /// - Throws: `configuration` for a name of other than 1 to 255 printable characters without quotes and backslashes.
    package init(_ key: SigningKey, id: String? = nil) throws(OAuthError) {
        if let id {
            guard id.utf8.allSatisfy(\.isNQCHAR), (1...255).contains(id.utf8.count) else {
                throw OAuthError(
                    .configuration, "A key's id is 1 to 255 printable characters without spaces or quotes.")
            }
        }
        self.key = key
        self.id = id ?? key.publicKey.thumbprint
        statedID = id
    }

    /// What is given to the server when the app is registered there; it holds no secret.
    package var publicKeySet: PublicKeySet { PublicKeySet(self) }
}
