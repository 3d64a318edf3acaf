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
    ///   - target: The file.
    /// - Returns: what was made.
    /// - Throws: ``KeeperError`` `usage` if nothing would be in it; ``VaultError``.
    package func makeBundle(_ request: BundleRequest, at target: TargetFile) async throws -> BundleView {
        guard vault.bundle == nil else {
            throw KeeperError(.usage, "a bundle is made from a vault, and this is a bundle itself")
        }
        let (draft, selected) = try await fill(request)
        try await Self.write(draft, to: target)
        return BundleView(
            id: draft.id.description, bundle: target.path, identity: request.member, expiresAt: draft.expiresAt,
            entries: selected.handedOut.map(\.path.description), leftOut: selected.leftOut)
    }

    /// Chooses, seals and records; anew if what was chosen has changed meanwhile: a token that was put on hold is not lent.
    private func fill(_ request: BundleRequest) async throws -> (BundleDraft, BundleSelection) {
        try await amongOthers(nil) {
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
            try await vault.record(event, whileUnchanged: selected.entries.map { EntryFence($0) }, .synced)
            return (draft, selected)
        }
    }

    /// Finishes the file under another name, then gives it its own: never a half of it.
    private static func write(_ draft: BundleDraft, to target: TargetFile) async throws {
        let unfinished = target.unfinished
        defer { for suffix in [""] + FilesBeside.suffixes { unlink(unfinished + suffix) } }
        do {
            let store = try SQLiteStore.create(unfinished)
            try await draft.write(to: store)
            try store.seal()
        } catch let error as VaultError {
            throw error.naming(target.path, for: unfinished)
        }
        try target.put(unfinished)
    }
}
