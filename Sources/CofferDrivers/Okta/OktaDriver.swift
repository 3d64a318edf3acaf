// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// The driver over Okta's Apps API; its address is that of the org, `https://example.okta.com`.
///
/// An app has two secrets at most, each active or not. `GET` and `POST /api/v1/apps/{appId}/credentials/secrets` list and
/// make them, `POST …/{secretId}/lifecycle/deactivate` comes before `DELETE …/{secretId}`. The id of an OIDC app is its
/// client id unless somebody chose another.
/// Source: https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/
/// and https://developer.okta.com/docs/guides/client-secret-rotation-key/main/, read 2026-11-22.
struct OktaDriver: SecretDriver {
    private let api: SecretAPI
    private let fallback: OperatorDriver

    /// Makes a driver.
    init(_ api: SecretAPI, fallback: OperatorDriver) {
        self.api = api
        self.fallback = fallback
    }

    /// Two secrets are in force until one is removed.
    func overlaps(_ registration: ClientRegistration) -> Bool { true }

    /// Never called: see ``SecretDriver/overlaps(_:)``; adds all the same.
    func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        try await addSecret(order, keep: keep)
    }

    /// Makes a second secret, after what nobody needs is gone; there is no place for a third.
    func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        let client = try await api.open()
        let path = try Self.path(of: order.registration)
        var held = try await Self.list(path, order.registration, client)
        // Okta keeps no name of a secret. One that is younger than the rotation is of its lost request; an older one may be
        // in use elsewhere, or be the one that leaked.
        if order.mayHaveBeenSent,
            let lost = held.first(where: { $0.isActive && order.isNew($0.secret) && $0.isMade(since: order.openedAt) })
        {
            return client.found(lost.secret)
        }
        for unwanted in held where order.unwanted.contains(unwanted.secret) {
            guard unwanted.secret != order.registration.clientSecret else { continue }
            try await Self.remove(unwanted, path, client)
            held.removeAll { $0.id == unwanted.id }
        }
        guard held.count < 2 else {
            let reason = """
                Okta takes no third client secret, and holds one beside the one in use that Coffer does not know. If nobody \
                uses it, remove it there
                """
            return .needsOperator(fallback.requestToAdd(for: order.registration, because: reason))
        }
        let body = JSONValue.object([JSONValue.Member(name: "status", value: .text(Secret("ACTIVE")))])
        let answer = try await client.send(.post, path, body, about: order.registration)
        return try client.made(answer.value?["client_secret"], order)
    }

    /// Deactivates and deletes the old secret, where the one in use is there and active.
    func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        let client = try await api.open()
        let path = try Self.path(of: order.registration)
        let held = try await Self.list(path, order.registration, client)
        guard order.old != order.registration.clientSecret,
            held.contains(where: { $0.isActive && $0.secret == order.registration.clientSecret })
        else {
            let reason = "Okta does not show the client secret in use as active, so that nothing is removed"
            return .needsOperator(fallback.requestToRemove(for: order.registration, because: reason))
        }
        guard let old = held.first(where: { $0.secret == order.old }) else {
            return .removed(evidence: "Okta does not hold the old client_secret any more")
        }
        try await Self.remove(old, path, client)
        return .removed(evidence: "Okta deactivated and deleted the old client_secret")
    }

    private static func path(of registration: ClientRegistration) throws -> String {
        "/api/v1/apps/\(try AdminAddress.segment(registration.clientID))/credentials/secrets"
    }

    private static func list(
        _ path: String, _ registration: ClientRegistration, _ client: AdminClient
    ) async throws -> [OktaSecret] {
        let answer = try await client.send(.get, path, about: registration)
        guard case .array(let values)? = answer.value else {
            throw OAuthError(.nonsense, "Okta answered with something that is no list of client secrets.")
        }
        return try values.map { value in
            guard let secret = OktaSecret(value) else {
                throw OAuthError(.nonsense, "Okta's list of client secrets does not show them.")
            }
            return secret
        }
    }

    /// One that is active can't be deleted.
    private static func remove(_ secret: OktaSecret, _ path: String, _ client: AdminClient) async throws {
        let own = "\(path)/\(try AdminAddress.segment(secret.id))"
        if secret.isActive { _ = try await client.send(.post, own + "/lifecycle/deactivate") }
        _ = try await client.send(.delete, own)
    }
}
