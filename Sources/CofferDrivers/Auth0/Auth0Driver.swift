// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// The driver over Auth0's Management API; its address is that of the tenant, `https://example.eu.auth0.com`.
///
/// `POST /api/v2/clients/{id}/rotate-secret` (`update:client_keys`) replaces the secret; `GET /api/v2/clients/{id}`
/// (`read:client_keys`) shows the one in force. It may take a while until the new one counts, and the old one no more
/// (``SecretAPIKind/propagation``).
/// Source: https://auth0.com/docs/api/management/v2/clients/post-rotate-secret and
/// https://auth0.com/docs/get-started/applications/rotate-client-secret, read 2026-11-22.
struct Auth0Driver: SecretDriver {
    private let api: SecretAPI
    private let fallback: OperatorDriver

    /// Makes a driver.
    init(_ api: SecretAPI, fallback: OperatorDriver) {
        self.api = api
        self.fallback = fallback
    }

    /// Replaces the secret.
    func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        let client = try await api.open()
        let path = "/api/v2/clients/\(try AdminAddress.segment(order.registration.clientID))"
        if order.mayHaveBeenSent {
            let answer = try await client.send(
                .get, path + "?fields=client_id,client_secret&include_fields=true", about: order.registration)
            if let held = answer.value?["client_secret"]?.secret, order.isNew(held) { return client.found(held) }
        }
        let answer = try await client.send(.post, path + "/rotate-secret", about: order.registration)
        return try client.made(answer.value?["client_secret"], order)
    }
}
