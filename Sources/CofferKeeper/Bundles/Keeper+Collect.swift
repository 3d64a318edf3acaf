// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault

/// What came home from a bundle, as `coffer bundle collect` shows it.
package struct CollectionView: Sendable, Encodable {
    /// The bundle's id.
    package let id: String
    /// Whose events they are.
    package let identity: String
    /// How many came now.
    package let added: Int
    /// How many have come in all.
    package let events: Int
}

extension Keeper {
    /// Brings home what a bundle has recorded.
    ///
    /// - Throws: ``VaultError`` `not_a_vault`, `wrong_identity`, `not_permitted`, `damaged`.
    package func collectBundle(_ path: String) async throws -> CollectionView {
        let collected = try await vault.collect(SQLiteStore.open(path), reason: reason)
        return CollectionView(
            id: collected.bundle.description, identity: collected.member, added: collected.added,
            events: collected.total)
    }
}
