// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How one kind of a provider's webhooks proves who sent it: what a description says of it.
package struct WebhookProof: Sendable, Codable, Equatable {
    /// What kind of proof it is.
    package enum Method: String, Sendable, Codable, CaseIterable {
        /// HMAC-SHA1 (RFC 2104), in hexadecimal.
        case hmacSHA1
        /// HMAC-SHA256, in hexadecimal.
        case hmacSHA256
        /// A JWT signed with HMAC-SHA256 (RFC 7518 §3.2).
        case jwtHS256
        /// A JWT signed with HMAC-SHA512 (RFC 7518 §3.2).
        case jwtHS512
        /// A text that only the sender and we know. It proves nothing of what stands beside it but that.
        case sharedToken

        /// The `alg` of a JWT's header (RFC 7518 §3.1); `nil` for what is none.
        var algorithm: String? {
            switch self {
            case .jwtHS256: "HS256"
            case .jwtHS512: "HS512"
            case .hmacSHA1, .hmacSHA256, .sharedToken: nil
            }
        }
    }

    /// What an HMAC is made of.
    package enum SignedText: String, Sendable, Codable, CaseIterable {
        /// The body, byte for byte.
        case body
        /// The client id and the account's id, joined with `|`.
        case clientAndAccount
    }

    /// Where the proof stands in the request.
    package enum Place: String, Sendable, Codable, CaseIterable {
        /// In a header field.
        case header
        /// In the query of the address.
        case query
        /// In a form in the body (`application/x-www-form-urlencoded`).
        case form
        /// A member of the JSON object in the body.
        case json
    }

    /// What it is checked with.
    package enum Key: String, Sendable, Codable, CaseIterable {
        /// The app's `client_secret`.
        case clientSecret
        /// A secret of its own, which the vault keeps as a static one.
        case ownSecret
        /// A token that each connection has (`application_token`).
        case connectionToken
    }

    /// What the vendor calls it, or nearly: a word for people and programs.
    package var name: String
    /// What kind of proof it is.
    package var method: Method
    /// What an HMAC is made of; `nil` for other methods.
    package var signs: SignedText?
    /// Where the proof stands.
    package var place: Place
    /// The name of the header field, of the parameter or of the form's field; of header fields in any case of letters.
    package var field: String
    /// What it is checked with.
    package var key: Key
    /// Where the account's id stands: a claim of the JWT, or a parameter or field beside the proof.
    package var account: String?
    /// The claim of the JWT that names the client, which has to be ours.
    package var client: String?
    /// Whether a JWT has neither an id (`jti`) nor our redirect URI for its audience, so that it can be sent again until it
    /// ends; `nil`: it has both.
    package var reusable: Bool?
    /// Where the event of an installation holds a refresh token of the account; `nil` where none does.
    package var refreshToken: String?
    /// Where such an event names the authorization server that the token is of.
    package var server: String?

    /// States a proof.
    package init(
        _ name: String, _ method: Method, signs: SignedText? = nil, in place: Place, _ field: String, key: Key,
        account: String? = nil, client: String? = nil, refreshToken: String? = nil, server: String? = nil,
        reusable: Bool? = nil
    ) {
        self.name = name
        self.method = method
        self.signs = signs
        self.place = place
        self.field = field
        self.key = key
        self.account = account
        self.client = client
        self.refreshToken = refreshToken
        self.server = server
        self.reusable = reusable
    }
}
