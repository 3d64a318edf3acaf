// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials
internal import JWTKit

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A client's signed word of who it is (RFC 7523 §2.2, RFC 7521 §4.2), good once and for a minute.
struct ClientAssertion: JWTPayload {
    /// What tells the server that a JWT follows (RFC 7523 §2.2).
    static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    /// How long it is good for: 60 s; servers that bound it allow at least that, and a clock may be off by less.
    static let lifetimeSeconds = 60

    let iss: String
    let sub: String
    let aud: String
    let jti: String
    let iat: Int
    let exp: Int

    /// Makes and signs one.
    ///
    /// The audience is the issuer and nothing else: an endpoint's URL (which RFC 7523 §3 allows) lets one server use at
    /// another what was sent to it (CVE-2025-27370). Only a provider that names no issuer gets its
    /// token endpoint's, and one of which the description says that it takes nothing else.
    ///
    /// - Parameters:
    ///   - registration: the app, with its key.
    ///   - now: the time of day.
    ///   - identifier: what no other assertion has (RFC 7523 §3 item 7).
    /// - Returns: the assertion.
    /// - Throws: `configuration` without a key, or without anything that it could be for.
    static func signed(
        for registration: ClientRegistration, now: Date, identifier: String = randomIdentifier()
    ) async throws -> Secret {
        guard let key = registration.clientKey else {
            throw OAuthError(.configuration, "The app has no key to sign with, and its provider wants private_key_jwt.")
        }
        let audience: String
        let isForIssuer = registration.provider.assertionAudience != .tokenEndpoint
        if isForIssuer, let issuer = registration.provider.issuer {
            audience = issuer
        } else if !registration.provider.endpoints.token.needsAccountHost {
            audience = registration.provider.endpoints.token.text
        } else {
            throw OAuthError(
                .configuration, "The description of \(registration.provider.id) names no issuer for an assertion.")
        }
        let issuedAt = Int(now.timeIntervalSince1970)
        let assertion = ClientAssertion(
            iss: registration.clientID, sub: registration.clientID, aud: audience, jti: identifier, iat: issuedAt,
            exp: issuedAt + lifetimeSeconds)
        return try await key.key.sign(assertion, header: JWTHeader(fields: ["kid": .string(key.id)]))
    }

    /// 128 random bits.
    static func randomIdentifier() -> String {
        Data(AuthorizationAttempt.systemRandom(16)).base64URLEncodedString()
    }

    /// Nothing is verified here: this side only signs.
    func verify(using algorithm: some JWTAlgorithm) {}
}
