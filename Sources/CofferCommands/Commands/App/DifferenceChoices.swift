// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

// The closed choices of `app add` stand together: they are the command line's words for those of a description.

/// The words of `--client-auth`.
enum ClientAuthenticationChoice: String, CaseIterable, ExpressibleByArgument {
    /// HTTP Basic by RFC 6749 §2.3.1.
    case basic
    /// HTTP Basic of the plain id and secret.
    case basicRaw = "basic-raw"
    /// In the body.
    case post
    /// A signed assertion.
    case privateKeyJWT = "private-key-jwt"
    /// A certificate of an authority's.
    case tlsClientAuth = "tls-client-auth"
    /// A certificate of one's own.
    case selfSignedTLSClientAuth = "self-signed-tls-client-auth"
    /// Not at all: a public client.
    case none

    /// The description's word for it; absent for a public client.
    var style: ProviderDescription.ClientAuthenticationStyle? {
        switch self {
        case .basic: .basicFormEncoded
        case .basicRaw: .basicRaw
        case .post: .post
        case .privateKeyJWT: .privateKeyJWT
        case .tlsClientAuth: .tlsClientAuth
        case .selfSignedTLSClientAuth: .selfSignedTLSClientAuth
        case .none: nil
        }
    }
}

/// The words of `--secret-probe`.
enum SecretProbeChoice: String, CaseIterable, ExpressibleByArgument {
    /// A client-credentials grant.
    case clientCredentials = "client-credentials"
    /// Introspection of a made-up token.
    case introspection
    /// Revocation of a made-up token.
    case revocation
    /// A made-up authorization code.
    case code
    /// None.
    case none

    /// The description's word for it.
    var method: ProviderDescription.SecretProbeMethod {
        switch self {
        case .clientCredentials: .clientCredentials
        case .introspection: .introspection
        case .revocation: .revocation
        case .code: .authorizationCode
        case .none: .none
        }
    }
}

/// The words of `--narrowing`.
enum NarrowingChoice: String, CaseIterable, ExpressibleByArgument {
    /// By a refresh, which leaves the refresh token's scope as it is.
    case refresh
    /// By an exchange of tokens.
    case exchange
    /// Not at all.
    case none

    /// The description's word for it.
    var method: ProviderDescription.NarrowingMethod {
        switch self {
        case .refresh: .refresh
        case .exchange: .exchange
        case .none: .none
        }
    }
}

/// The words of `--revocation-reach`.
enum RevocationReachChoice: String, CaseIterable, ExpressibleByArgument {
    /// That token alone.
    case token
    /// The pair.
    case pair
    /// The whole grant.
    case grant

    /// The description's word for it.
    var reach: ProviderDescription.RevocationReach {
        switch self {
        case .token: .token
        case .pair: .pair
        case .grant: .grant
        }
    }
}
