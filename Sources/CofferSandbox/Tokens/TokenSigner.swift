// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Signs JWTs (RFC 7519) with a key that lives as long as the sandbox.
///
/// ES256 for all, named as such in the header: amoCRM signs with RS256 and publishes no key, so no client can check its
/// signature; a client that judges the algorithm is noticed.
struct TokenSigner: Sendable {
    private struct Header: Encodable {
        let typ = "JWT"
        let alg = "ES256"
        let jti: String?
        let kid: String?
    }

    private let key = P256.Signing.PrivateKey()

    /// The coordinates of the public key, for a JWK (RFC 7518 §6.2.1).
    var coordinates: (x: String, y: String) {
        let raw = key.publicKey.rawRepresentation
        return (Base64URL.text(raw.prefix(32)), Base64URL.text(raw.suffix(32)))
    }

    /// Makes one token.
    ///
    /// - Parameters:
    ///   - claims: what it says.
    ///   - tokenID: repeated in the header, as thephpleague/oauth2-server does.
    ///   - keyID: names the key in the header, where it is published.
    /// - Returns: the JWT in its compact form (RFC 7515 §3.1).
    func sign(_ claims: some Encodable, tokenID: String? = nil, keyID: String? = nil) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers always encode, and signing with a P-256 key in memory does not fail.
        let heading = Header(jti: tokenID, kid: keyID)
        guard let header = try? encoder.encode(heading), let body = try? encoder.encode(claims) else {
            preconditionFailure("a token's claims could not be encoded")
        }
        let signed = Base64URL.text(header) + "." + Base64URL.text(body)
        guard let signature = try? key.signature(for: Data(signed.utf8)) else {
            preconditionFailure("a token could not be signed")
        }
        return signed + "." + Base64URL.text(signature.rawRepresentation)
    }
}
