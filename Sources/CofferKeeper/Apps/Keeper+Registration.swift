// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Registers a client at its server (RFC 7591) and adds it as an app, with the way to manage its registration (RFC
    /// 7592) if the server gives one.
    ///
    /// The path is free and there is room before anything is sent. If what came back cannot be sealed, the server is
    /// asked to forget the client again.
    ///
    /// - Parameters:
    ///   - path: where.
    ///   - new: the app, without a `client_id` and secret.
    ///   - name: the name that people see when they are asked for consent.
    ///   - isPublic: whether it has no proof of who it is.
    ///   - initialAccessToken: what lets strangers register, where the server wants that.
    ///   - softwareStatement: what somebody whom the server trusts says of the client (RFC 7591 §2.3).
    /// - Returns: the app, and what is other than was asked for, a sentence each.
    /// - Throws: ``KeeperError`` `exists`, `usage`; ``OAuthError`` of discovery and of the registration.
    package func registerApp(
        _ path: CredentialPath, _ new: NewApp, name: String, isPublic: Bool = false, initialAccessToken: Secret? = nil,
        softwareStatement: String? = nil
    ) async throws -> (app: AppView, notes: [String]) {
        try await requireFree(path)
        let isPlain = !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard isPlain, (1...100).contains(name.count) else {
            throw KeeperError(.usage, "a client's name has 1 to 100 characters", path: path)
        }
        let provider = try await describe(new)
        // What the server adds is the secret; the rest must be there before.
        if !isPublic {
            try Self.requireProof(
                ClientRegistration(provider: provider, clientID: "", clientKey: new.clientKey, trust: new.trust), path)
        }
        let client = NewClient(
            provider: provider, trust: new.trust, isPublic: isPublic, name: name, redirectURI: new.redirectURI,
            scope: new.scope, key: new.clientKey, initialAccessToken: initialAccessToken,
            softwareStatement: softwareStatement)
        try vault.reserveRoom()
        try await record(.addApp, [path], "registering a client")
        let registrar = RegistrationClient(transport: effects.transport)
        let made = try await registrar.register(client)
        do {
            var registration = made.registration
            registration.maximumLifetime = new.maximumLifetime
            return (try await commit(registration, of: new, at: path), made.notes)
        } catch {
            // Nobody else knows of the client. If the server keeps it, it is one without grants.
            try? await registrar.remove(made.registration)
            throw error
        }
    }

    /// Removes an app that has no connections, first at its server (RFC 7592 §2.3).
    ///
    /// - Throws: ``KeeperError`` `usage` while it has connections; ``OAuthError``, and then it is still here.
    package func unregisterApp(_ path: CredentialPath) async throws {
        try requireIssuer(path)
        let record = try AppRecord(try await entry(path, .app))
        guard let registration = record.registration else { throw VaultError.damaged }
        try await requireNoConnections(of: path)
        try await self.record(.remove, [path], "removing the client at its provider")
        try await RegistrationClient(transport: effects.transport).remove(registration)
        try await remove(path)
    }

    /// - Throws: ``KeeperError`` `usage` for an app that has connections, whether they can be used or not.
    func requireNoConnections(of app: CredentialPath) async throws {
        let count = try await connections(of: app).count
        guard count == 0 else {
            throw KeeperError(
                .usage, "\(app) has \(count) connection\(count == 1 ? "" : "s"); remove them first", path: app)
        }
    }
}
