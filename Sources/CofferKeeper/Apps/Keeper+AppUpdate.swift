// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferVault

extension Keeper {
    /// The provider of an app, as it is pinned.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind`, `not_permitted`.
    package func pinnedProvider(of path: CredentialPath) async throws -> ProviderDescription {
        try requireIssuer(path)
        return try Self.registration(of: AppRecord(try await entry(path, .app))).provider
    }

    /// Whether an app that is added now would have another description; nil where that can't be told.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind`.
    package func differs(_ path: CredentialPath, from entry: CatalogueEntry) async throws -> Bool? {
        try AppRecord(try await self.entry(path, .app)).differs(from: entry, at: path)
    }

    /// Makes an app's description again from what is known of its provider now, and changes nothing.
    ///
    /// - Parameters:
    ///   - path: the app.
    ///   - entry: what is known of the provider; nil has the issuer asked for its own document (RFC 8414).
    ///   - settings: values of the entry's variables; what is not there is as it was.
    ///   - allowingPrivateNetwork: whether hosts may have private addresses from now on; where not, it is as it was.
    /// - Returns: what could be pinned instead, to be shown to a person.
    /// - Throws: ``KeeperError`` `not_permitted` without an issuer's rights, `usage` for what is another server or needs
    ///   another proof of who the client is; ``OAuthError`` of discovery or for an address that is refused.
    package func proposeUpdate(
        _ path: CredentialPath, from entry: CatalogueEntry?, settings: [String: String] = [:],
        allowingPrivateNetwork: Bool = false
    ) async throws -> AppUpdate {
        try requireIssuer(path)
        let present = try await self.entry(path, .app)
        var record = try AppRecord(present)
        let pinned = try Self.registration(of: record)
        var new = pinned
        new.trust.allowsPrivateNetwork = pinned.trust.allowsPrivateNetwork || allowingPrivateNetwork
        if let entry {
            new.provider = try record.described(by: entry, settings: settings, at: path)
        } else {
            new.provider = try await rediscovered(pinned.provider, record.overrides, new.trust, path)
        }
        if pinned.registration != nil { new.provider.secretReplacement = .rfc7592 }
        try Self.requireSameServer(new, as: pinned, path)
        try Self.requireUsable(new, insteadOf: pinned, path)
        record.registration = new
        record.providerID = new.provider.id
        record.providerName = new.provider.displayName
        if let origin = record.origin {
            record.storedOrigin = try DescriptionOrigin(
                settings: origin.settings.merging(settings) { $1 }, sandboxURL: origin.sandboxURL,
                overrides: origin.overrides
            ).stored()
        }
        return AppUpdate(
            path: path, pinned: pinned.provider, proposed: new.provider,
            allowedPrivateNetwork: pinned.trust.allowsPrivateNetwork,
            allowsPrivateNetwork: new.trust.allowsPrivateNetwork, entry: present, record: record)
    }

    /// Pins what a person has seen and confirmed; no secret is changed by it.
    ///
    /// - Parameters:
    ///   - update: what was shown.
    ///   - remark: what changes, for the event.
    /// - Throws: ``VaultError/Code/conflict`` if somebody has written the app meanwhile.
    package func apply(_ update: AppUpdate, remark: String) async throws {
        _ = try await vault.commit(
            WriteBatch(
                .updateApp, reason: because(remark), drafts: [try update.record.draft(replacing: update.entry)]))
    }

    // MARK: - Parts

    private static func registration(of record: AppRecord) throws -> ClientRegistration {
        guard let registration = record.registration else { throw VaultError.damaged }
        return registration
    }

    private func rediscovered(
        _ pinned: ProviderDescription, _ overrides: DescriptionOverrides, _ trust: TrustSettings,
        _ path: CredentialPath
    ) async throws -> ProviderDescription {
        guard let issuer = pinned.issuer else {
            throw KeeperError(
                .unknownProvider, "there is no provider \(pinned.id) any more; see coffer provider list", path: path)
        }
        return try await Discovery(transport: effects.transport).describe(
            issuer: issuer, trust: trust, overrides: overrides)
    }

    /// Another description of the same server, or one of another name that sends no secret anywhere else.
    private static func requireSameServer(
        _ new: ClientRegistration, as pinned: ClientRegistration, _ path: CredentialPath
    ) throws {
        if let former = pinned.provider.issuer, let issuer = new.provider.issuer, former != issuer {
            throw KeeperError(
                .usage, "\(path) was added for the issuer \(former), and \(issuer) is another: add an app for it",
                path: path)
        }
        let rule = HostRule(pinned.provider, trust: pinned.trust)
        if new.provider.id != pinned.provider.id,
            let host = new.provider.domains.first(where: { !rule.isUnderDomains($0) })
        {
            throw KeeperError(
                .usage,
                "\(path) is an app at \(pinned.provider.displayName), and \(new.provider.id) would have its secret sent to "
                    + "\(host): add an app for that", path: path)
        }
    }

    /// What the app has is enough for the description, as when it is added.
    private static func requireUsable(
        _ new: ClientRegistration, insteadOf pinned: ClientRegistration, _ path: CredentialPath
    ) throws {
        guard !pinned.isConfidential || new.isConfidential else {
            throw KeeperError(
                .usage,
                "\(new.provider.displayName) wants \(new.provider.clientAuthentication.registeredName) now, for which \(path) "
                    + "has nothing: add an app for that", path: path)
        }
        guard !new.provider.sendsRedirectOnRefresh || new.redirectURI != nil else {
            throw KeeperError(
                .usage, "\(new.provider.displayName) wants the redirect URI with each refresh, and \(path) has none",
                path: path)
        }
        if let access = new.registration { _ = try HostRule(new.provider, trust: new.trust).approve(access.uri) }
    }
}
