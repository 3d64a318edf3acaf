// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth

/// The driver over the client configuration endpoint (RFC 7592): GET, then PUT of the same metadata.
///
/// A server need not issue another secret upon the PUT (RFC 7592 §2.2 says "may"); where it doesn't, and where the way to the
/// registration is closed, a person takes over. It never registers anew: that would lose every grant.
package struct RFC7592Driver: SecretDriver {
    private let client: RegistrationClient
    private let fallback: OperatorDriver

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - client: sends the requests.
    ///   - fallback: what a person is told where the server gives no secret.
    package init(_ client: RegistrationClient, fallback: OperatorDriver) {
        self.client = client
        self.fallback = fallback
    }

    /// Replaces the secret; after a request without an answer it first looks what the provider holds.
    package func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        do {
            return try await ask(order, keep: keep)
        } catch let error as OAuthError where error.code == .configuration || error.code == .unsupported {
            // Refused for good: a registration token that is dead (a lost answer took the new one with it), or metadata that
            // the server does not take back. Asking again would be refused again.
            let loss = "the answer to an earlier request may have been lost, and with it the token that is valid now"
            let reason = order.mayHaveBeenSent ? "\(error.message) Note: \(loss)." : error.message
            return .needsOperator(fallback.request(for: order.registration, because: reason))
        }
    }

    private func ask(_ order: ReplacementOrder, keep: @escaping RegistrationClient.Keep) async throws
        -> ReplacementAnswer
    {
        var registration = order.registration
        if order.mayHaveBeenSent {
            let held = try await client.read(registration, keep: keep)
            if let secret = held.clientSecret, order.isNew(secret) {
                return .replaced(
                    secret,
                    evidence: Self.evidence(
                        "the provider already held the new client_secret of a request whose answer was lost", held.note)
                )
            }
            // A new registration token or address is sealed by now, and the next request must use it.
            registration.registration = held.access
        }
        switch try await client.replaceSecret(registration, keep: keep) {
        case .replaced(let secret, let note) where order.isNew(secret):
            return .replaced(
                secret,
                evidence: Self.evidence("the provider issued a new client_secret upon a PUT of the registration", note))
        case .replaced(_, let note), .noNewSecret(let note):
            let reason = Self.evidence("the provider's registration endpoint gave no new client_secret", note)
            return .needsOperator(fallback.request(for: order.registration, because: reason))
        }
    }

    private static func evidence(_ sentence: String, _ note: String?) -> String {
        note.map { "\(sentence) (\($0))" } ?? sentence
    }
}
