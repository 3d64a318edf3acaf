// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// Adds an app: its description, endpoints and trust are pinned in the issue tier.
    ///
    /// - Throws: ``KeeperError`` `exists`, `unknown_provider`, `usage`; ``OAuthError`` of discovery.
    package func addApp(_ path: CredentialPath, _ new: NewApp) async throws -> AppView {
        try await requireFree(path)
        guard ClientRegistration.isClientID(new.clientID) else {
            throw KeeperError(.usage, "the client id must be printable text without spaces", path: path)
        }
        guard new.clientSecret?.isEmpty != true else {
            throw KeeperError(.usage, "the client_secret is empty", path: path)
        }
        var description = try await describe(new)
        if new.registration != nil { description.secretReplacement = .rfc7592 }
        var registration = ClientRegistration(
            provider: description, clientID: new.clientID, clientSecret: new.clientSecret, clientKey: new.clientKey,
            redirectURI: new.redirectURI, trust: new.trust, registration: new.registration)
        registration.maximumLifetime = new.maximumLifetime
        try Self.requireProof(registration, path)
        if let access = new.registration {
            _ = try HostRule(description, trust: new.trust).approve(access.uri)
        }
        return try await commit(registration, of: new, at: path)
    }

    /// Whether an app can be added at a path.
    ///
    /// - Throws: ``KeeperError`` `exists`, `not_permitted`.
    func requireFree(_ path: CredentialPath) async throws {
        try requireIssuer(path)
        if let present = try await vault.inspect(path) {
            throw KeeperError(.exists, "there is \(present.kind.phrase) at \(path) already", path: path)
        }
    }

    /// Seals a new app.
    func commit(_ registration: ClientRegistration, of new: NewApp, at path: CredentialPath) async throws -> AppView {
        var record = AppRecord(registration: registration, scope: new.scope)
        record.storedOrigin = try new.origin.stored()
        let draft = EntryDraft(
            path, kind: .app, use: record.useFields, issue: try record.issueFields(), traced: record.tracedSecrets)
        _ = try await vault.commit(WriteBatch(.addApp, reason: reason, drafts: [draft]))
        return AppView(path, record, connectionCount: 0)
    }

    /// An app has what its way to prove who it is needs, and nothing that would never be used.
    static func requireProof(_ registration: ClientRegistration, _ path: CredentialPath) throws {
        let style = registration.provider.clientAuthentication
        let word = style.registeredName
        func refuse(_ sentence: String) -> KeeperError { KeeperError(.usage, sentence, path: path) }
        if !style.usesSecret, registration.clientSecret != nil {
            throw refuse("\(registration.provider.displayName) wants \(word), which needs no client_secret")
        }
        if style == .privateKeyJWT, registration.clientKey == nil {
            throw refuse("\(word) needs a key; give one with --key-file, or have one made with --new-key")
        }
        if style != .privateKeyJWT, registration.clientKey != nil {
            throw refuse("a key signs for --client-auth private-key-jwt only, and this app uses \(word)")
        }
        if style.usesCertificate, registration.trust.clientCertificate == nil {
            throw refuse("\(word) needs a certificate; give one with --certificate-file and --certificate-key-file")
        }
    }

    /// The provider of a new app, with what the person knows better.
    func describe(_ new: NewApp) async throws -> ProviderDescription {
        new.overrides.applied(to: try await described(new, new.trust))
    }

    private func described(_ new: NewApp, _ trust: TrustSettings) async throws -> ProviderDescription {
        switch (try new.provider ?? builtIn(new.providerID), new.issuer) {
        case (let description?, nil):
            guard let sandboxURL = new.sandboxURL else { return description }
            return try description.relocated(to: sandboxURL)
        case (nil, let issuer?):
            guard new.sandboxURL == nil else { throw KeeperError(.usage, "--sandbox goes with --provider") }
            return try await Discovery(transport: effects.transport).describe(
                issuer: issuer, trust: trust, overrides: new.overrides)
        case (nil, nil): throw KeeperError(.usage, "name the provider with --provider, or a server with --issuer")
        case (_?, _?): throw KeeperError(.usage, "give --provider or --issuer, not both")
        }
    }

    private func builtIn(_ id: String?) throws -> ProviderDescription? {
        guard let id else { return nil }
        guard let entry = ProviderCatalogue.entry(id: id) else {
            throw KeeperError(.unknownProvider, "there is no provider \(id); see coffer provider list")
        }
        return try entry.described()
    }
}
