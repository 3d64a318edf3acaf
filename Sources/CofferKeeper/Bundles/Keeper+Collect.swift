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
        let bundle: SQLiteStore
        do { bundle = try SQLiteStore.open(path) } catch let error as VaultError {
            switch error.code {
            case .damaged: throw Vault.closedBundle(path)
            case .missing: throw VaultError(.missing, "there is no bundle at \(path)")
            default: throw error
            }
        }
        let collected = try await vault.collect(bundle, named: path, reason: reason)
        return CollectionView(
            id: collected.bundle.description, identity: collected.member, added: collected.added,
            events: collected.total)
    }
}
