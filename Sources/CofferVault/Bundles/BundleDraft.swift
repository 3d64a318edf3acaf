// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
package import Foundation

/// A bundle ready to be written into an empty store.
package struct BundleDraft: Sendable {
    /// The bundle's id, which the event of its making names.
    package let id: VaultID
    /// When it stops being opened.
    package let expiresAt: Date
    let manifest: SignedManifest
    let envelope: BundleEnvelope
    let rows: [EntryRow]

    /// Writes it into a store that holds nothing.
    ///
    /// - Throws: ``VaultError``, as the store fails.
    package func write(to store: any VaultStore) async throws {
        try await store.write(.synced) { transaction in
            try transaction.insertManifest(manifest.encoded, epoch: 1)
            try transaction.insertBundleEnvelope(envelope.encoded)
            for row in rows { try transaction.insert(row) }
        }
    }
}
