// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Sets the vendor's administration API that replaces an app's secret on this machine.
    ///
    /// - Parameters:
    ///   - app: The app.
    ///   - vendor: The vendor, as ``SecretAPIKind`` names it.
    ///   - address: The address of the API, as docs/api-drivers.md says for each vendor.
    ///   - credential: The entry that holds its token: a static secret or a connection.
    ///   - keepsTwo: Whether two secrets can be in force, where the vendor leaves that to its settings.
    /// - Returns: what replaces the secret now.
    /// - Throws: ``KeeperError`` `usage`, `not_found`, `wrong_kind`; `OAuthError` `refused_host`, `plain_http`.
    package func setAPI(
        of app: CredentialPath, _ vendor: String, at address: String, credential: CredentialPath,
        keepsTwo: Bool = false
    ) async throws -> DriverView {
        let registration = try await programmable(app)
        guard let kind = SecretAPIKind(rawValue: vendor) else {
            let known = SecretAPIKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw KeeperError(.usage, "the APIs that Coffer knows are those of \(known)", path: app)
        }
        guard !keepsTwo || kind.keepsTwo != false else {
            throw KeeperError(.usage, "\(kind.vendor) keeps one client_secret at a time", path: app)
        }
        guard credential != app, credential.parent != app else {
            throw KeeperError(
                .usage, "the credential of the API can't be one that is frozen while \(app) is rotated",
                path: credential)
        }
        _ = try await credentialKind(credential)
        let setting = APISetting(
            vault: vault.id.description, app: app.description, clientID: registration.clientID, api: kind.rawValue,
            address: address, credential: credential.description, keepsTwo: kind.keepsTwo ?? keepsTwo,
            certificateAuthorityPEM: registration.trust.certificateAuthorityPEM,
            allowsPrivateNetwork: registration.trust.allowsPrivateNetwork)
        _ = try setting.adminAddress
        try effects.programs.set(setting, of: app.description, in: vault.id.description)
        return try await driver(of: app)
    }

    /// The API that is set for an app on this machine; nil if none is.
    ///
    /// - Throws: ``KeeperError`` `misconfigured` where the app has got another client id since.
    func api(of app: CredentialPath, _ registration: ClientRegistration) throws -> APISetting? {
        guard let setting = try effects.programs.api(of: app.description, in: vault.id.description) else { return nil }
        guard setting.clientID == registration.clientID else { throw Self.otherClient("API", of: app) }
        return setting
    }

    /// A setting, ready to be asked.
    func secretAPI(_ setting: APISetting) -> SecretAPI? {
        guard let kind = setting.kind else { return nil }
        return SecretAPI(kind, keepsTwo: setting.keepsTwo) { [self] in
            let clock = effects.clock
            return AdminClient(
                vendor: kind.vendor, address: try setting.adminAddress,
                credential: try await adminCredential(CredentialPath(setting.credential), kind),
                transport: effects.transport, now: effects.now, pause: { try await clock.sleep(for: $0) })
        }
    }

    /// The token of the entry that is named: recorded as any other reading, and refreshed where it is a connection's.
    ///
    /// Also while it is on hold, as the key of a webhook is: what ends a leak may need it, and nobody gets to see it.
    private func adminCredential(_ path: CredentialPath, _ kind: SecretAPIKind) async throws -> AdminCredential {
        switch try await credentialKind(path) {
        case .connection:
            if let held = try await heldToken(path) { return try AdminCredential(name: path.description, held) }
            return try AdminCredential(name: path.description, await token(path).credential.value)
        default:
            // https://developer.okta.com/docs/reference/core-okta-api/#authentication: a token that an administrator made.
            let scheme = kind == .okta ? "SSWS" : "Bearer"
            let value = try await ownValue(of: path, "to ask \(kind.vendor)")
            return try AdminCredential(name: path.description, scheme: scheme, value)
        }
    }

    /// The access token of a connection that an open rotation of its app holds back, while it lives; nil where there is none.
    private func heldToken(_ path: CredentialPath) async throws -> Secret? {
        try await amongOthers(path) {
            let pair = try await pair(path)
            // What a rotation that is over has left on hold is refreshed as for anybody else.
            guard pair.isHeld, pair.app.keepsLeakedTokens, let value = pair.connection.accessToken,
                pair.connection.expiresAt.map({ $0 > effects.now() }) ?? true
            else { return nil }
            let details = ["version": "\(pair.connection.tokenVersion)"]
            try await record(.handOut, [path], "to ask a vendor's API", details: details, fences: pair.fences)
            return value
        }
    }

    private func credentialKind(_ path: CredentialPath) async throws -> EntryKind {
        guard let entry = try await vault.inspect(path) else {
            throw KeeperError(.notFound, "there is no entry \(path), which is to hold the API's credential", path: path)
        }
        guard [.secret, .connection].contains(entry.kind) else {
            throw KeeperError(
                .wrongKind, "\(path) is \(entry.kind.phrase); an API's credential is a static secret or a connection",
                path: path)
        }
        return entry.kind
    }
}
