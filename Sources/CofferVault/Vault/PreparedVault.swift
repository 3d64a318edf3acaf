// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
package import Foundation

/// A vault that is yet to be: its first manifest and event, signed and nowhere stored.
///
/// So its owner's identity can be safe before there is a vault that nothing else opens.
package struct PreparedVault: Sendable {
    /// The pin that its owner's identity must carry.
    package let pin: Pin
    private let manifest: SignedManifest
    private let event: AuditEvent

    /// Makes both.
    ///
    /// - Parameters:
    ///   - owner: The owner.
    ///   - now: The clock.
    /// - Throws: ``VaultError/Code/unreadable`` if the system gives no random bytes.
    package init(owner: Identity, now: @Sendable () -> Date) throws {
        let instant = now()
        let first: Manifest
        do {
            first = try Manifest.first(
                owner: owner.publicIdentity, name: "owner", space: "main", createdAt: instant.millisecondsSince1970)
            manifest = try SignedManifest(signing: first, by: owner)
        } catch {
            throw VaultError(.unreadable, "the vault's keys could not be made")
        }
        event = try AuditEvent(
            AuditRecord(at: instant, action: .initialise, paths: []), after: nil, by: owner,
            owners: [owner.publicIdentity], bindings: [], fingerprints: [], heads: [])
        pin = Pin(vaultID: first.vaultID, epoch: 1, manifestHash: manifest.hash)
    }

    /// Writes both into an empty store.
    ///
    /// - Throws: ``VaultError/Code/exists`` if there is a vault.
    package func put(in store: any VaultStore) async throws {
        try await store.write(.synced) { transaction in
            try transaction.insertManifest(manifest.encoded, epoch: 1)
            try transaction.append(event)
        }
    }
}
