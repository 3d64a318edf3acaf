// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Crypto
import Foundation

/// Makes access tokens: signed JWTs (RFC 7519) with the claims that were seen in amoCRM's.
///
/// amoCRM signs with RS256 and publishes no key, so no client can check the signature. Here it is ES256, named as such in
/// the header, with a key that lives as long as the sandbox: honest, and a client that judges the algorithm is noticed.
struct AccessTokenSigner: Sendable {
    /// What a token says.
    ///
    /// `aud`, `sub`, `jti`, `iat`, `nbf`, `exp` are thephpleague/oauth2-server's (assumed); `api_domain` is documented in
    /// https://www.amocrm.ru/developers/content/oauth/account-subdomain-info and account, user, client and scopes in
    /// https://www.amocrm.ru/developers/content/oauth/oauth; their spelling was observed in clients.
    struct Claims: Encodable {
        let aud: String
        let jti: String
        let iat: Int
        let nbf: Int
        let exp: Int
        let sub: String
        let grantType = ""
        let accountID: Int
        let baseDomain: String
        let version = 2
        let scopes = ["crm", "notifications"]
        let apiDomain: String

        enum CodingKeys: String, CodingKey {
            case aud, jti, iat, nbf, exp, sub, version, scopes
            case grantType = "grant_type"
            case accountID = "account_id"
            case baseDomain = "base_domain"
            case apiDomain = "api_domain"
        }
    }

    private struct Header: Encodable {
        let typ = "JWT"
        let alg = "ES256"
        let jti: String
    }

    private let key = P256.Signing.PrivateKey()

    /// Makes one token.
    func sign(_ claims: Claims) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and integers always encode, and signing with a P-256 key in memory does not fail.
        guard let header = try? encoder.encode(Header(jti: claims.jti)), let body = try? encoder.encode(claims) else {
            preconditionFailure("a token's claims could not be encoded")
        }
        let signed = Self.base64URL(header) + "." + Self.base64URL(body)
        guard let signature = try? key.signature(for: Data(signed.utf8)) else {
            preconditionFailure("a token could not be signed")
        }
        return signed + "." + Self.base64URL(signature.rawRepresentation)
    }

    /// Base64url without padding (RFC 7515 §2).
    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString()
            .replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
}
