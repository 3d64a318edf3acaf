// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

/// A choice that a description file writes as one word.
protocol DescriptionWord: Equatable, Sendable {
    /// Every choice with its word, in the order in which they are listed for people.
    static var words: [(word: String, value: Self)] { get }
}

extension ProviderDescription.AccountHostRule: DescriptionWord {
    static var words: [(word: String, value: Self)] { [("none", .none), ("under", .underDomains), ("any", .any)] }
}

extension ProviderDescription.ClientAuthenticationStyle: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("basic", .basicFormEncoded), ("basic_raw", .basicRaw), ("post", .post),
            ("private_key_jwt", .privateKeyJWT),
            ("tls_client_auth", .tlsClientAuth), ("self_signed_tls_client_auth", .selfSignedTLSClientAuth),
        ]
    }
}

extension ProviderDescription.AssertionAudience: DescriptionWord {
    static var words: [(word: String, value: Self)] { [("issuer", .issuer), ("token_endpoint", .tokenEndpoint)] }
}

extension ProviderDescription.TokenBodyFormat: DescriptionWord {
    static var words: [(word: String, value: Self)] { [("form", .form), ("json", .json)] }
}

extension ProviderDescription.ErrorDialect: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("rfc6749", .rfc6749), ("amocrm", .amocrm), ("bitrix24", .bitrix24)]
    }
}

extension ProviderDescription.RefreshPolicy: DescriptionWord {
    static var words: [(word: String, value: Self)] { [("allowed", .ahead), ("forbidden", .onExpiry)] }
}

extension ProviderDescription.NarrowingMethod: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("refresh", .refresh), ("exchange", .exchange), ("none", .none)]
    }
}

extension ProviderDescription.RevocationReach: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("token", .token), ("pair", .pair), ("grant", .grant), ("unknown", .unknown)]
    }
}

extension ProviderDescription.SecretProbeMethod: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("client_credentials", .clientCredentials), ("introspection", .introspection), ("revocation", .revocation),
            ("authorization_code", .authorizationCode), ("none", .none),
        ]
    }
}

extension RefreshTokenBehaviour.Rotation: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("never", .never), ("always", .always), ("sometimes", .sometimes), ("unknown", .unknown)]
    }
}

extension RefreshTokenBehaviour.Reuse: DescriptionWord {
    static var words: [(word: String, value: Self)] { [("refused", .refused), ("revokes_grant", .revokesGrant)] }
}

extension RateLimit.Scope: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("app", .app), ("account", .account), ("app_and_account", .appAndAccount),
            ("source_address", .sourceAddress),
        ]
    }
}

extension AnswerPaths.ExpiryUnit: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("seconds", .seconds), ("milliseconds", .milliseconds), ("at_seconds", .atSeconds),
            ("at_milliseconds", .atMilliseconds), ("at_text", .atText),
        ]
    }
}

extension ErrorRule.Meaning: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("reauthorize", .reauthorize), ("configuration", .configuration), ("transient", .transient),
            ("throttled", .throttled), ("blocked", .blocked), ("payment", .payment), ("moved", .moved),
            ("not_installed", .notInstalled),
        ]
    }
}

extension SecretFacts.Overlap: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("none", .oldEndsAtOnce), ("until_removed", .untilRemoved), ("timed", .timed)]
    }
}

extension WebhookProof.Method: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [
            ("hmac_sha1", .hmacSHA1), ("hmac_sha256", .hmacSHA256), ("jwt_hs256", .jwtHS256),
            ("jwt_hs512", .jwtHS512), ("shared_token", .sharedToken),
        ]
    }
}

extension WebhookProof.SignedText: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("body", .body), ("client_and_account", .clientAndAccount)]
    }
}

extension WebhookProof.Place: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("header", .header), ("query", .query), ("form", .form), ("json", .json)]
    }
}

extension WebhookProof.Key: DescriptionWord {
    static var words: [(word: String, value: Self)] {
        [("client_secret", .clientSecret), ("own", .ownSecret), ("connection", .connectionToken)]
    }
}
