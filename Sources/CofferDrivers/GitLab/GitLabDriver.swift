// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// The driver over GitLab's Applications API; its address is that of the instance, `https://gitlab.example.com`.
///
/// `POST /api/v4/applications/{id}/renew-secret` replaces the secret at once. It is for an administrator, and for the
/// applications of the instance only: those of groups and people are not in the list. GitLab shows a secret once and keeps
/// its hash, so that what a lost request made can't be found: asked again, it ends that one too, and nothing is left behind.
/// Source: https://docs.gitlab.com/api/applications/, read 2026-11-22.
struct GitLabDriver: SecretDriver {
    /// The largest page (https://docs.gitlab.com/api/rest/#pagination).
    private static let pageLength = 100
    /// No instance has as many as these pages hold; every loop ends.
    private static let pageLimit = 100

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
        guard let id = try await id(of: order.registration, client) else {
            let reason = """
                GitLab's API replaces the secrets of an instance's own applications only, and this one is not among them
                """
            return .needsOperator(fallback.request(for: order.registration, because: reason))
        }
        let answer = try await client.send(.post, "/api/v4/applications/\(id)/renew-secret")
        return try client.made(answer.value?["secret"], order)
    }

    /// GitLab counts applications by a number of its own.
    private func id(of registration: ClientRegistration, _ client: AdminClient) async throws -> String? {
        for page in 1...Self.pageLimit {
            let path = "/api/v4/applications?per_page=\(Self.pageLength)&page=\(page)"
            guard case .array(let applications)? = try await client.send(.get, path).value else {
                throw OAuthError(.nonsense, "GitLab answered with something that is no list of applications.")
            }
            let own = applications.first { $0["application_id"]?.plainText == registration.clientID }
            if let id = own?["id"]?.plainText { return try AdminAddress.segment(id) }
            if applications.count < Self.pageLength { return nil }
        }
        return nil
    }
}
