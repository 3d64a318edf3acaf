// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// The driver over Microsoft Graph; its address is `https://graph.microsoft.com`, or that of a national cloud.
///
/// `POST /v1.0/applications(appId='…')/addPassword` makes a secret beside the others and shows it once, `removePassword`
/// ends one by its `keyId`. Each has a name, where the rotation and the attempt go, and shows its first three characters.
/// Source: https://learn.microsoft.com/graph/api/application-addpassword, application-removepassword and
/// resources/passwordcredential, read 2026-11-22.
struct EntraDriver: SecretDriver {
    private let api: SecretAPI
    private let fallback: OperatorDriver

    /// Makes a driver.
    init(_ api: SecretAPI, fallback: OperatorDriver) {
        self.api = api
        self.fallback = fallback
    }

    /// All secrets are in force until they are removed.
    func overlaps(_ registration: ClientRegistration) -> Bool { true }

    /// Never called: see ``SecretDriver/overlaps(_:)``; adds all the same.
    func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        try await addSecret(order, keep: keep)
    }

    /// Makes a secret, after those of lost requests, refused ones and what abandoned rotations left are gone.
    func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        let client = try await api.open()
        let path = try Self.path(of: order.registration)
        let held = try await Self.list(path, order.registration, client)
        for password in held {
            let isOurs = order.rotation.map { password.isLabelled($0) } ?? false
            guard isOurs || Self.isLeftOver(password, among: held, order) else { continue }
            try await Self.remove(password, path, client)
        }
        let label = order.rotation.map { EntraPassword.label($0, attempt: order.attempt) } ?? "coffer"
        let credential = JSONValue.object([JSONValue.Member(name: "displayName", value: .text(Secret(label)))])
        let answer = try await client.send(
            .post, path + "/addPassword", .object([JSONValue.Member(name: "passwordCredential", value: credential)]),
            about: order.registration)
        return try client.made(answer.value?["secretText"], order)
    }

    /// Removes the old secret, where exactly one can be it.
    func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        let client = try await api.open()
        let path = try Self.path(of: order.registration)
        let held = try await Self.list(path, order.registration, client)
        let others = held.filter { !$0.isLabelled(order.rotation) }
        let candidates = others.filter { $0.mayBe(order.old) }
        guard let old = candidates.first else {
            return .removed(evidence: "Microsoft Entra does not hold the old client_secret any more")
        }
        // One that a person made has no label of ours.
        let isInUse = others.count == held.count && old.mayBe(order.registration.clientSecret)
        guard candidates.count == 1, !isInUse else {
            let reason = """
                Microsoft Entra shows only how a secret begins, and more than one may begin as the old one does
                """
            return .needsOperator(fallback.requestToRemove(for: order.registration, because: reason))
        }
        try await Self.remove(old, path, client)
        return .removed(evidence: "Microsoft Entra removed the old client_secret, its key id \(old.shownID)")
    }

    /// Whether it is what a rotation left that was given up, and not the one in force, which may carry that rotation's label.
    ///
    /// One that was switched from before has no such label: it is known as the old one is where nothing was given up.
    private static func isLeftOver(
        _ password: EntraPassword, among held: [EntraPassword], _ order: ReplacementOrder
    ) -> Bool {
        guard !password.mayBe(order.registration.clientSecret) else { return false }
        if order.abandoned.contains(where: { password.isLabelled($0) }) { return true }
        return order.unwanted.contains { secret in
            password.mayBe(secret) && held.count { $0.mayBe(secret) } == 1
        }
    }

    /// An application may be addressed by its client id; a quote in one would end it (OData 4.01, URL conventions §4.3.1).
    private static func path(of registration: ClientRegistration) throws -> String {
        let id = registration.clientID
        guard !id.contains("'") else { throw OAuthError(.configuration, "The client id is none of Microsoft Entra's.") }
        return "/v1.0/applications(appId='\(try AdminAddress.segment(id))')"
    }

    private static func list(
        _ path: String, _ registration: ClientRegistration, _ client: AdminClient
    ) async throws -> [EntraPassword] {
        let answer = try await client.send(.get, path + "?$select=appId,passwordCredentials", about: registration)
        guard case .array(let values)? = answer.value?["passwordCredentials"] else {
            throw OAuthError(.nonsense, "Microsoft Entra answered with something that lists no client secrets.")
        }
        return values.compactMap(EntraPassword.init)
    }

    private static func remove(_ password: EntraPassword, _ path: String, _ client: AdminClient) async throws {
        _ = try await client.send(
            .post, path + "/removePassword",
            .object([JSONValue.Member(name: "keyId", value: .text(Secret(password.keyID)))]))
    }
}
