// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The parameters of a request to the token endpoint or its neighbours, before they are written as a form or as JSON.
struct TokenParameters {
    private var pairs: [(name: String, value: Secret)] = []
    /// What must not come back in a sentence.
    private(set) var secrets: [Secret] = []

    /// Adds a parameter that is no secret.
    mutating func append(_ name: String, _ value: String) { pairs.append((name, Secret(value))) }

    /// Adds a parameter that is one.
    mutating func append(_ name: String, secret: Secret) {
        pairs.append((name, secret))
        secrets.append(secret)
    }

    /// Adds those of another list.
    mutating func append(contentsOf others: TokenParameters) {
        pairs += others.pairs
        secrets += others.secrets
    }

    /// Adds the client's proof of who it is.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - now: the time of day, for a proof that ends.
    /// - Returns: the value of `Authorization`, if the proof stands there.
    /// - Throws: `configuration` if the app lacks what its provider wants as a proof.
    mutating func authenticate(_ registration: ClientRegistration, now: Date) async throws -> Secret? {
        switch registration.provider.clientAuthentication {
        case .privateKeyJWT:
            append("client_id", registration.clientID)
            append("client_assertion_type", ClientAssertion.type)
            append("client_assertion", secret: try await ClientAssertion.signed(for: registration, now: now))
            return nil
        case .tlsClientAuth, .selfSignedTLSClientAuth:
            guard registration.trust.clientCertificate != nil else {
                throw OAuthError(.configuration, "The app has no certificate, and its provider wants mutual TLS.")
            }
            // The connection is the proof; the id says whose certificate it is (RFC 8705 §2).
            append("client_id", registration.clientID)
            return nil
        case .post, .basicFormEncoded, .basicRaw: return authenticateBySecret(registration)
        }
    }

    private mutating func authenticateBySecret(_ registration: ClientRegistration) -> Secret? {
        guard let secret = registration.clientSecret else {
            // A public client (RFC 6749 §3.2.1).
            append("client_id", registration.clientID)
            return nil
        }
        guard registration.provider.clientAuthentication != .post else {
            append("client_id", registration.clientID)
            append("client_secret", secret: secret)
            return nil
        }
        secrets.append(secret)
        let isFormEncoded = registration.provider.clientAuthentication == .basicFormEncoded
        let value = ClientAuthentication.basic(
            id: registration.clientID, secret: secret, isFormEncoded: isFormEncoded)
        secrets.append(value)
        return value
    }

    /// The body.
    func body(as format: ProviderDescription.TokenBodyFormat) -> Secret {
        switch format {
        case .form:
            var form = FormBody()
            for pair in pairs { form.append(pair.name, pair.value) }
            return form.encoded
        case .json:
            return JSONValue.object(pairs.map { JSONValue.Member(name: $0.name, value: .text($0.value)) }).encoded
        }
    }

    /// The body's media type.
    static func contentType(_ format: ProviderDescription.TokenBodyFormat) -> String {
        format == .json ? "application/json" : "application/x-www-form-urlencoded"
    }
}
