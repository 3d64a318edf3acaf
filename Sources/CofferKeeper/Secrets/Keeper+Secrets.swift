// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

extension Keeper {
    /// The largest static secret, in bytes: 1 MiB.
    package static var secretLimitBytes: Int { 1 << 20 }

    /// Stores a static secret, replacing the one that is there; of several processes the last one's stays.
    ///
    /// - Parameters:
    ///   - path: Where.
    ///   - value: Any bytes, at least one and at most ``secretLimitBytes``.
    ///   - isTraced: Whether its fingerprint is kept; a short one could be guessed from it.
    /// - Returns: whether one was replaced.
    /// - Throws: ``KeeperError`` `usage` for nothing, `wrong_kind` if something else is there, ``VaultError`` `too_large`.
    @discardableResult
    package func put(_ path: CredentialPath, _ value: Secret, isTraced: Bool = true) async throws -> Bool {
        let draft = try newSecret(path, value, isTraced: isTraced)
        let isReplaced = try await amongOthers(path) {
            let present = try await vault.inspect(path)
            try await commit(draft, over: present)
            return present != nil
        }
        // For the day on which it leaks and the disk is full; the value is stored whether there is room for that or not.
        try? vault.reserveRoom()
        return isReplaced
    }

    /// A static secret as it is to be stored.
    ///
    /// - Throws: as ``put(_:_:isTraced:)``.
    func newSecret(_ path: CredentialPath, _ value: Secret, isTraced: Bool = true) throws -> EntryDraft {
        guard !value.isEmpty else { throw KeeperError(.usage, "there is nothing to store at \(path)", path: path) }
        guard value.byteCount <= Self.secretLimitBytes else {
            throw VaultError(.tooLarge, "a secret has at most 1 MiB; this one has more")
        }
        try requireIssuer(path)
        var fields = FieldTable()
        fields[SecretRecord.value] = value
        fields.set(SecretRecord.storedAt, date: effects.now())
        let traced = isTraced ? [TracedSecret(value, tier: .use, field: SecretRecord.value)] : []
        return EntryDraft(path, kind: .secret, use: fields, traced: traced)
    }

    /// Stores a static secret in the place of what was read there, and of nothing else.
    ///
    /// - Throws: ``VaultError/Code/conflict``, ``VaultError/Code/exists`` where somebody came in between.
    func commit(_ draft: EntryDraft, over present: Entry?) async throws {
        var draft = draft
        if let present {
            guard present.kind == .secret else {
                throw KeeperError(
                    .wrongKind, "\(draft.path) is \(present.kind.phrase); remove it first", path: draft.path)
            }
            // Written over, a row that was put back would be newer than what it stood in for, and still older than what was seen.
            try await vault.confirmNotOlder([EntryFence(present)])
            // The rotation would put its own value in this one's place, or wait for one that is there.
            if try StaticSecret(present).isBeingReplaced { try await requireNoOpenRotation(of: draft.path) }
            draft.expectation = .version(present.id, present.version)
            // Without a fingerprint of its own the new value would leave the old one standing as the present one.
            if draft.traced.isEmpty, let old = present.use[SecretRecord.value],
                try await vault.known(old, tier: .use, at: draft.path) != nil
            {
                draft.traced = [TracedSecret(old, tier: .use, field: SecretRecord.value, change: .spent)]
            }
        }
        _ = try await vault.commit(WriteBatch(.put, reason: reason, drafts: [draft]))
    }

    /// Reads one field of an entry; the default is the value of a secret and the access token of a connection.
    ///
    /// - Throws: ``KeeperError`` `not_found`, `not_permitted` for an issue-tier field as a reader, `usage` for a field
    ///   that this kind of entry does not have.
    package func get(_ path: CredentialPath, field: String? = nil) async throws -> Secret {
        try await recordingRefusal(of: .read, path, details: field.map { ["field": $0] } ?? [:]) {
            try await amongOthers(path) { try await getOnce(path, field) }
        }
    }

    private func getOnce(_ path: CredentialPath, _ field: String?) async throws -> Secret {
        guard let entry = try await vault.inspect(path) else {
            throw KeeperError(.notFound, "there is no entry \(path)", path: path)
        }
        guard entry.kind.isKnown else { throw VaultError.newer("\(path)") }
        let field = field ?? (entry.kind == .connection ? "access_token" : "value")
        if entry.kind == .connection, field == "access_token" {
            return try await token(path).credential.value
        }
        var fences = [EntryFence(entry)]
        let value: Secret?
        switch entry.kind {
        case .secret: value = try await field == "value" ? handedOutValue(of: entry) : nil
        case .app: value = try appField(field, of: entry)
        case .connection:
            let pair = try await pair(path)
            fences = pair.fences
            value = try connectionField(field, of: pair)
        default: value = nil
        }
        guard let value else {
            throw KeeperError(.usage, "\(path) has no field \(field)", path: path)
        }
        try await record(.read, [path], details: ["field": field], fences: fences)
        return value
    }

    private func connectionField(_ field: String, of pair: GrantPair) throws -> Secret? {
        let (path, connection) = (pair.entry.path, pair.connection)
        switch field {
        case "token_type": return connection.tokenType.map { Secret($0) }
        case "expires_at": return connection.expiresAt.map { Secret($0.formatted(.iso8601)) }
        case "account_url": return connection.displayHost.map { Secret("https://\($0)") }
        case "client_id": return Secret(pair.app.displayClientID)
        case "client_secret":
            try requireIssuer(path)
            return pair.app.registration?.clientSecret
        case "refresh_token":
            try requireIssuer(path)
            guard !pair.isHeld else { throw KeeperError(.rotating, "the tokens of \(path) are on hold", path: path) }
            return connection.refreshToken
        default: return nil
        }
    }

    private func appField(_ field: String, of entry: Entry) throws -> Secret? {
        let app = try AppRecord(entry)
        switch field {
        case "client_id": return Secret(app.displayClientID)
        case "client_secret":
            try requireIssuer(entry.path)
            return app.registration?.clientSecret
        case "client_key":
            try requireIssuer(entry.path)
            return app.registration?.clientKey?.key.pem
        case "certificate_key":
            try requireIssuer(entry.path)
            return app.registration?.trust.clientCertificate?.key
        case "certificate":
            try requireIssuer(entry.path)
            return app.registration?.trust.clientCertificate.map { Secret($0.chainPEM) }
        default: return nil
        }
    }

    /// Every entry whose path is `prefix` or lies below it, sorted by path; all of them without a prefix.
    package func list(below prefix: String? = nil) async throws -> [EntryView] {
        let entries = try await vault.inspectAll()
        try await record(.list, [], prefix ?? "", details: Asker.details())
        guard let prefix else { return entries.map(EntryView.init) }
        let start = prefix.hasSuffix("/") ? prefix : prefix + "/"
        return entries.filter { $0.path.description == prefix || $0.path.description.hasPrefix(start) }
            .map(EntryView.init)
    }

    /// Removes an entry.
    ///
    /// - Returns: what it was.
    /// - Throws: ``KeeperError`` `busy` for an app that has connections or an open rotation.
    @discardableResult
    package func remove(_ path: CredentialPath) async throws -> EntryView {
        try await amongOthers(path) { try await removeOnce(path) }
    }

    private func removeOnce(_ path: CredentialPath) async throws -> EntryView {
        guard let entry = try await vault.inspect(path) else {
            throw KeeperError(.notFound, "there is no entry \(path)", path: path)
        }
        if entry.kind == .secret { return try await removeSecret(entry) }
        try requireIssuer(path)
        guard entry.kind == .app else { return try await commitRemoval(of: entry) }
        return try await vault.withLock(entry.id, wait: Self.openingWait, clock: effects.clock) {
            try await requireNoConnections(of: path)
            try await requireNoOpenRotation(of: path)
            return try await commitRemoval(of: entry)
        }
    }

    /// Removes a static secret as it was read, and no other version of it.
    ///
    /// - Throws: ``VaultError/Code/conflict`` where somebody came in between.
    @discardableResult func removeSecret(_ entry: Entry) async throws -> EntryView {
        try requireIssuer(entry.path)
        try await requireNoOpenRotation(of: entry.path)
        return try await commitRemoval(of: entry)
    }

    /// What would be removed, for the question whether it should be; nil where nothing is.
    ///
    /// The removal is the event: a listing of its own could not be recorded on a full disk, where a removal may be wanted most.
    package func entryToRemove(_ path: CredentialPath) async throws -> EntryView? {
        try await vault.inspect(path).map { EntryView($0) }
    }

    private func commitRemoval(of entry: Entry) async throws -> EntryView {
        _ = try await vault.commit(WriteBatch(.remove, reason: reason, removals: [entry]))
        return EntryView(entry)
    }
}
