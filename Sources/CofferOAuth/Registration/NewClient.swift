// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A client that is to be registered (RFC 7591 §2).
package struct NewClient: Sendable {
    /// The server, with the way in which the client will prove who it is.
    package var provider: ProviderDescription
    /// Whom the app trusts, and the certificate that it shows.
    package var trust: TrustSettings
    /// Whether the client has no proof at all.
    package var isPublic: Bool
    /// The name that people see when they are asked for consent.
    package var name: String
    /// Where the browser comes back to; without one the client is registered for itself alone (RFC 6749 §4.4).
    package var redirectURI: String?
    /// The scopes that it may ask for.
    package var scope: String?
    /// The key that signs its assertions.
    package var key: ClientKey?
    /// What lets strangers register, where the server wants that (RFC 7591 §3).
    package var initialAccessToken: Secret?
    /// What somebody whom the server trusts says of the client, a signed JWT (RFC 7591 §2.3); sent as it is.
    package var softwareStatement: String?

    /// Describes a client.
    package init(
        provider: ProviderDescription, trust: TrustSettings, isPublic: Bool = false, name: String,
        redirectURI: String? = nil, scope: String? = nil, key: ClientKey? = nil, initialAccessToken: Secret? = nil,
        softwareStatement: String? = nil
    ) {
        self.provider = provider
        self.trust = trust
        self.isPublic = isPublic
        self.name = name
        self.redirectURI = redirectURI
        self.scope = scope
        self.key = key
        self.initialAccessToken = initialAccessToken
        self.softwareStatement = softwareStatement
    }

    /// The grants that it uses (RFC 7591 §2).
    var grantTypes: [String] {
        redirectURI == nil ? ["client_credentials"] : ["authorization_code", "refresh_token"]
    }

    /// The metadata as the server is told.
    ///
    /// - Throws: `unsupported` for a certificate of an authority's, whose subject a person must name.
    var metadata: JSONValue {
        get throws(OAuthError) {
            func text(_ value: String) -> JSONValue { .text(Secret(value)) }
            let style = provider.clientAuthentication
            var members = [
                JSONValue.Member(name: "client_name", value: text(name)),
                JSONValue.Member(
                    name: "token_endpoint_auth_method", value: text(isPublic ? "none" : style.registeredName)),
            ]
            func add(_ name: String, _ value: JSONValue) { members.append(JSONValue.Member(name: name, value: value)) }
            add("grant_types", .array(grantTypes.map(text)))
            if let redirectURI {
                add("redirect_uris", .array([text(redirectURI)]))
                add("response_types", .array([text("code")]))
            } else {
                // RFC 7591 §2 wants the list of clients that redirect only; Glewlwyd wants it always.
                add("redirect_uris", .array([]))
                add("response_types", .array([]))
            }
            if let scope { add("scope", text(scope)) }
            if let softwareStatement { add("software_statement", text(softwareStatement)) }
            if !isPublic, style == .privateKeyJWT, let key { add("jwks", key.publicKeySet.value) }
            if let certificate = trust.clientCertificate {
                // RFC 8705 §3.4.
                add("tls_client_certificate_bound_access_tokens", .bool(true))
                if !isPublic, style == .selfSignedTLSClientAuth { add("jwks", try certificate.keySet) }
            }
            if !isPublic, style == .tlsClientAuth {
                throw OAuthError(
                    .unsupported, "A client whose certificate is an authority's is registered by hand, by its subject.")
            }
            // RFC 9449 §5.2.
            if provider.dpop == true { add("dpop_bound_access_tokens", .bool(true)) }
            return .object(members)
        }
    }
}

extension PublicKeySet {
    /// The set as a member of metadata (RFC 7591 §2 `jwks`).
    fileprivate var value: JSONValue {
        let objects = keys.map { members in
            JSONValue.object(
                members.sorted { $0.key < $1.key }.map {
                    JSONValue.Member(name: $0.key, value: .text(Secret($0.value)))
                })
        }
        return .object([JSONValue.Member(name: "keys", value: .array(objects))])
    }
}

extension ClientCertificate {
    /// The certificate in a set of keys, by which the server will know it again (RFC 8705 §2.2.2 `x5c`).
    fileprivate var keySet: JSONValue {
        get throws(OAuthError) {
            guard let encoded = base64 else {
                throw OAuthError(.configuration, "The app's certificate cannot be read.")
            }
            let members = try SigningKey(pem: key).publicKey.members.map {
                JSONValue.Member(name: $0.name, value: .text(Secret($0.value)))
            }
            let chain = JSONValue.Member(name: "x5c", value: .array([.text(Secret(encoded))]))
            return .object([JSONValue.Member(name: "keys", value: .array([.object(members + [chain])]))])
        }
    }
}
