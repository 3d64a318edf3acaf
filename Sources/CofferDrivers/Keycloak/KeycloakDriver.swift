// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// The driver over Keycloak's Admin REST API; its address is that of a realm, `https://HOST/admin/realms/REALM`.
///
/// `POST …/clients/{uuid}/client-secret` makes a secret, `GET` tells the one in force. With the client-policy executor for
/// secret rotation the one before stays in force until its time is over, as `…/client-secret/rotated`, and `DELETE` ends
/// it; without that executor it ends at once and there is nothing at that address (404).
/// Source: https://www.keycloak.org/docs-api/latest/rest-api/index.html and
/// https://www.keycloak.org/docs/latest/server_admin/#_secret_rotation, read 2026-11-19.
struct KeycloakDriver: SecretDriver {
    private let api: SecretAPI
    private let fallback: OperatorDriver

    /// Makes a driver.
    init(_ api: SecretAPI, fallback: OperatorDriver) {
        self.api = api
        self.fallback = fallback
    }

    /// Where the operator said that the realm has the executor: nothing that is read of a client tells.
    func overlaps(_ registration: ClientRegistration) -> Bool { api.keepsTwo }

    /// Replaces the secret, and ends the one before where the realm would keep it.
    func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        let client = try await api.open()
        let path = try await Self.path(of: order.registration, client)
        if order.mayHaveBeenSent {
            let held = try await client.send(.get, path).value?["value"]?.secret
            if let held, order.isNew(held) {
                _ = try await client.send(.delete, path + "/rotated")
                return client.found(held)
            }
        }
        let made = try client.made(try await client.send(.post, path).value?["value"], order)
        // 404: the realm keeps none.
        _ = try await client.send(.delete, path + "/rotated")
        return made
    }

    /// Makes a second secret; the one in force becomes the rotated one.
    func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        let client = try await api.open()
        let path = try await Self.path(of: order.registration, client)
        guard let held = try await client.send(.get, path).value?["value"]?.secret else {
            throw client.unknown(order.registration)
        }
        if order.mayHaveBeenSent, order.isNew(held) { return client.found(held) }
        guard held == order.registration.clientSecret else {
            let reason = """
                the secret that Keycloak shows is not the one in use, and one more would end the one that is in use
                """
            return .needsOperator(fallback.requestToAdd(for: order.registration, because: reason))
        }
        return try client.made(try await client.send(.post, path).value?["value"], order)
    }

    /// Ends the rotated secret.
    ///
    /// The one in use has taken its place, so that it is the old one, or one that stood between the two: that of a rotation
    /// that was given up, before a person made another. Nobody needs either, and what came before it has ended already.
    func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        let client = try await api.open()
        let path = try await Self.path(of: order.registration, client)
        guard let held = try await client.send(.get, path).value?["value"]?.secret,
            held == order.registration.clientSecret
        else {
            let reason = "the secret that Keycloak shows is not the one in use, so that it is not clear which one goes"
            return .needsOperator(fallback.requestToRemove(for: order.registration, because: reason))
        }
        guard let rotated = try await client.send(.get, path + "/rotated").value?["value"]?.secret else {
            return .removed(evidence: "Keycloak does not hold the old client_secret any more")
        }
        _ = try await client.send(.delete, path + "/rotated")
        return .removed(
            evidence: rotated == order.old
                ? "Keycloak ended the old client_secret"
                : "Keycloak does not hold the old client_secret any more, and ended the one that came after it")
    }

    /// Where the client's secret is: Keycloak counts clients by an id of its own.
    private static func path(of registration: ClientRegistration, _ client: AdminClient) async throws -> String {
        let name = try AdminAddress.segment(registration.clientID)
        let answer = try await client.send(.get, "/clients?clientId=\(name)")
        guard case .array(let clients)? = answer.value,
            let id = clients.first(where: { $0["clientId"]?.plainText == registration.clientID })?["id"]?.plainText
        else { throw client.unknown(registration) }
        return "/clients/\(try AdminAddress.segment(id))/client-secret"
    }
}
