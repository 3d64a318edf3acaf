// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Keeper {
    /// Makes a bundle: what one member may read, in one file that is opened with its identity alone.
    ///
    /// Tokens are refreshed first where they would end before the bundle does. The event that hands everything out is written before
    /// the file gets its name; a crash between the two leaves an event and no bundle.
    ///
    /// - Parameters:
    ///   - request: Whom it is for and what goes in.
    ///   - path: The file.
    ///   - replacing: Whether a file that is there may be replaced.
    /// - Returns: what was made.
    /// - Throws: ``KeeperError`` `usage` if nothing would be in it, `exists`; ``VaultError``.
    package func makeBundle(_ request: BundleRequest, at path: String, replacing: Bool) async throws -> BundleView {
        guard vault.bundle == nil else {
            throw KeeperError(.usage, "a bundle is made from a vault, and this is a bundle itself")
        }
        guard replacing || !AtomicFile.exists(path) else {
            throw KeeperError(.exists, "there is a file \(path) already; name another, or give --force")
        }
        let (draft, selected) = try await fill(request)
        try await Self.write(draft, to: path, replacing: replacing)
        return BundleView(
            id: draft.id.description, bundle: path, identity: request.member, expiresAt: draft.expiresAt,
            entries: selected.handedOut.map(\.path.description), leftOut: selected.leftOut)
    }

    /// Chooses, seals and records; anew if what was chosen has changed meanwhile: a token that was put on hold is not lent.
    private func fill(_ request: BundleRequest) async throws -> (BundleDraft, BundleSelection) {
        var attempt = 1
        while true {
            let selected = try await BundleSelection(request, keeper: self)
            guard !selected.handedOut.isEmpty else {
                let why = selected.leftOut.first.map { " (\($0.path): \($0.reason))" } ?? ""
                throw KeeperError(
                    .usage, "there is nothing that \(request.member) may read and a bundle can hold\(why)")
            }
            let draft = try await vault.makeBundle(
                for: request.member, entries: selected.entries, expiresAt: selected.expiresAt,
                allowsUnauditedReading: request.allowsUnauditedReading)
            let event = AuditRecord(
                at: effects.now(), action: .bundle, paths: selected.handedOut.map(\.path.description), reason: reason,
                details: [
                    "bundle": draft.id.description, "for": request.member,
                    "until": draft.expiresAt.formatted(.iso8601),
                ])
            do {
                try await vault.record(event, whileUnchanged: selected.entries.map { EntryFence($0) }, .synced)
                return (draft, selected)
            } catch let error as VaultError where error.code == .conflict && attempt < Self.bundleAttempts {
                attempt += 1
            }
        }
    }

    /// How often a bundle's contents are chosen while others change them.
    private static let bundleAttempts = 8

    /// Finishes the file under another name, then gives it its own: never a half of it.
    private static func write(_ draft: BundleDraft, to path: String, replacing: Bool) async throws {
        let unfinished = "\(path).\(EntryID.random()).tmp"
        defer { for suffix in ["", "-wal", "-shm", "-lock", "-change", "-pace"] { unlink(unfinished + suffix) } }
        let store = try SQLiteStore.create(unfinished)
        try await draft.write(to: store)
        try store.seal()
        // The log of a bundle that is replaced must not be taken for this one's.
        if replacing { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        try AtomicFile.put(unfinished, at: path, replacing: replacing)
    }
}
