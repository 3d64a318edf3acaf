// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension EmulatedStrictServer {
    /// The name of the key that signs ID tokens.
    static let keyID = "sandbox"

    /// What the server says of itself (RFC 8414 §2; OpenID Connect Discovery §3).
    private struct Metadata: Encodable {
        let issuer: String
        let authorizationEndpoint: String
        let tokenEndpoint: String
        let jwksUri: String
        let userinfoEndpoint: String
        let registrationEndpoint: String
        let revocationEndpoint: String
        let introspectionEndpoint: String
        let deviceAuthorizationEndpoint: String
        let pushedAuthorizationRequestEndpoint: String
        let scopesSupported = EmulatedStrictServer.scopes.sorted()
        let responseTypesSupported = ["code"]
        let grantTypesSupported = [
            "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ]
        let tokenEndpointAuthMethodsSupported = [
            "client_secret_basic", "client_secret_post", "private_key_jwt", "none",
        ]
        let tokenEndpointAuthSigningAlgValuesSupported = ["ES256", "EdDSA"]
        let codeChallengeMethodsSupported = ["S256"]
        let dpopSigningAlgValuesSupported = ["ES256", "EdDSA"]
        let authorizationResponseIssParameterSupported = true
        let subjectTypesSupported = ["public"]
        let idTokenSigningAlgValuesSupported = ["ES256"]
    }

    private struct KeySet: Encodable {
        struct Key: Encodable {
            let kty = "EC"
            let crv = "P-256"
            let use = "sig"
            let alg = "ES256"
            let kid = EmulatedStrictServer.keyID
            let x: String
            let y: String
        }

        let keys: [Key]
    }

    /// `GET` of the well-known addresses and of the keys.
    func describe(_ request: ParsedRequest, in service: SandboxService) -> Reply {
        guard request.path != "/jwks" else {
            let point = service.signer.coordinates
            return .json(KeySet(keys: [KeySet.Key(x: point.x, y: point.y)]))
        }
        let base = issuer(service)
        return .json(
            Metadata(
                issuer: base, authorizationEndpoint: "\(base)/authorize", tokenEndpoint: "\(base)/token",
                jwksUri: "\(base)/jwks", userinfoEndpoint: "\(base)/userinfo",
                registrationEndpoint: "\(base)/register", revocationEndpoint: "\(base)/revoke",
                introspectionEndpoint: "\(base)/introspect",
                deviceAuthorizationEndpoint: "\(base)/device_authorization",
                pushedAuthorizationRequestEndpoint: "\(base)/par"))
    }
}
