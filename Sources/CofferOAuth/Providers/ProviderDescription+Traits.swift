// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

// The small closed choices of a description stand together: read as one list they are the
// vocabulary in which a provider is described.

extension ProviderDescription {
    /// What a host that came from outside may be.
    package enum AccountHostRule: String, Sendable, Codable {
        /// The provider has no hosts of accounts: none is accepted.
        case none
        /// Only hosts under the description's domains, as secrets are sent there.
        case underDomains
        /// Any public host name: no secret of the app is ever sent there (Bitrix24 on one's own premises).
        case any
    }

    /// How the client proves who it is (RFC 6749 §2.3.1); never probed.
    package enum ClientAuthenticationStyle: String, Sendable, Codable, CaseIterable {
        /// HTTP Basic, id and secret form-encoded first, as RFC 6749 §2.3.1 wants it.
        case basicFormEncoded
        /// HTTP Basic of the plain id and secret, as some servers want it.
        case basicRaw
        /// `client_id` and `client_secret` in the body.
        case post
        /// A JWT signed with the app's key (RFC 7523 §2.2).
        case privateKeyJWT
        /// A TLS certificate that an authority vouches for (RFC 8705 §2.1).
        case tlsClientAuth
        /// A TLS certificate that the server was given beforehand (RFC 8705 §2.2).
        case selfSignedTLSClientAuth

        /// The name in the registry of RFC 7591 §4.2 and RFC 8705 §2; both kinds of Basic have one.
        package var registeredName: String {
            switch self {
            case .basicFormEncoded, .basicRaw: "client_secret_basic"
            case .post: "client_secret_post"
            case .privateKeyJWT: "private_key_jwt"
            case .tlsClientAuth: "tls_client_auth"
            case .selfSignedTLSClientAuth: "self_signed_tls_client_auth"
            }
        }

        /// Whether a `client_secret` is the proof.
        package var usesSecret: Bool {
            switch self {
            case .basicFormEncoded, .basicRaw, .post: true
            case .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth: false
            }
        }

        /// Whether the proof is a certificate.
        package var usesCertificate: Bool { self == .tlsClientAuth || self == .selfSignedTLSClientAuth }
    }

    /// Whom a client's assertion is for (RFC 7523 §3 item 3).
    package enum AssertionAudience: String, Sendable, Codable, CaseIterable {
        /// The issuer, which no other server is.
        case issuer
        /// The token endpoint's address, for servers that take nothing else (Glewlwyd 2.7).
        case tokenEndpoint
    }

    /// How a token request's body is written.
    package enum TokenBodyFormat: String, Sendable, Codable {
        /// `application/x-www-form-urlencoded` (RFC 6749 §4.1.3).
        case form
        /// `application/json`.
        case json
    }

    /// How the token endpoint's errors are written.
    package enum ErrorDialect: String, Sendable, Codable {
        /// `error` and `error_description` (RFC 6749 §5.2).
        case rfc6749
        /// No `error` member: status and `hint`.
        case amocrm
        /// RFC 6749's members with codes of its own, in any case of letters, also inside a 200.
        case bitrix24
    }

    /// When a refresh is due.
    package enum RefreshPolicy: String, Sendable, Codable {
        /// Ahead of expiry, by the two windows.
        case ahead
        /// Only once the token has expired or was rejected, and to keep the grant alive.
        case onExpiry
    }

    /// What revoking one token ends, so that nothing else is lost by it.
    package enum RevocationReach: String, Sendable, Codable {
        /// That token alone.
        case token
        /// The access token and the refresh token issued with it.
        case pair
        /// The whole grant.
        case grant
        /// Not known: taken as the grant.
        case unknown
    }

    /// How a `client_secret` is replaced.
    package enum SecretReplacementMethod: Sendable, Codable, Equatable {
        /// By the client configuration endpoint (RFC 7592 §2.2).
        case rfc7592
        /// By a person, who is told where to click.
        case `operator`(OperatorInstructions)
    }

    /// How a `client_secret` is proven accepted or refused; none of the ways presents a refresh token.
    package enum SecretProbeMethod: String, Sendable, Codable {
        /// A client-credentials grant (RFC 6749 §4.4).
        case clientCredentials
        /// Introspection of a made-up token (RFC 7662 §2.3).
        case introspection
        /// Revocation of a made-up token (RFC 7009 §2.2).
        case revocation
        /// An authorization-code request with a made-up code.
        case authorizationCode
        /// None is known: the secret stays unproven.
        case none
    }

    /// How an access token is proven alive or dead.
    package enum TokenProbeMethod: Sendable, Codable, Equatable {
        /// Introspection (RFC 7662 §2.2).
        case introspection
        /// A GET with the token, as the API wants it unless a scheme is named: a path on the account's host, or a whole URL.
        case api(path: String, scheme: String? = nil)
        /// A POST of a form that carries the token in a field, to a whole URL.
        case form(url: EndpointTemplate, field: String)
        /// None is known.
        case none
    }

    /// Where the stable account id comes from.
    package enum AccountLookup: Sendable, Codable, Equatable {
        /// `sub` of the ID token (OpenID Connect Core §2).
        case idToken
        /// A GET with the access token, as the API wants it unless a scheme is named, and the field of the answer that holds
        /// the id.
        case api(path: String, idField: String, scheme: String? = nil)
        /// A claim of the access token, which is a JWT there; a hint, as its signature cannot be checked.
        case tokenClaim(String)
        /// A member of the token endpoint's answer.
        case answerField(String)
        /// The provider names no account.
        case none
    }
}
