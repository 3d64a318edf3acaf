// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What an ID token says (OpenID Connect Core §2).
struct IdentityClaims: Encodable {
    let iss: String
    let sub: String
    let aud: String
    let exp: Int
    let iat: Int
    let nonce: String?
    let preferredUsername: String

    /// Speaks of an account to a client.
    init(_ account: Account, _ clientID: String, _ issuer: String, _ nonce: String?, _ terms: Terms) {
        iss = issuer
        sub = String(account.id)
        aud = clientID
        iat = Int(terms.statedNow.timeIntervalSince1970)
        exp = iat + 300
        self.nonce = nonce
        preferredUsername = account.name
    }

    enum CodingKeys: String, CodingKey {
        case iss, sub, aud, exp, iat, nonce
        case preferredUsername = "preferred_username"
    }
}
