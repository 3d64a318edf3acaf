// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferRotation
import CofferVault

extension Keeper {
    /// Confirms that no journal was taken out of the vault of a rotation that this machine has seen.
    ///
    /// Whoever can write the file can make the vault forget that anything is being replaced; told that there is no
    /// rotation, nobody would go on with it.
    ///
    /// - Parameter wanted: The rotation that is asked for; those of others are then warned of, and keep nobody from it.
    /// - Throws: ``VaultError/Code/damaged`` if one is missing.
    package func confirmJournals(for wanted: RotationID? = nil) async throws {
        let missing = try await vault.missingJournals().map { try VaultRotationJournal.rotationID($0) }
        guard !missing.isEmpty else { return }
        let names = missing.map(\.description).joined(separator: ", ")
        let what = missing.count == 1 ? "rotation" : "rotations"
        let error = VaultError(
            .damaged,
            "this machine has seen \(what) \(names), of which the vault has no journal any more: somebody took it out",
            hint:
                "keep a copy of the vault as it is, then restore a backup; coffer verify names what else is missing, "
                + "and if you know why, coffer identity repin forgets what this machine has seen")
        guard let wanted, !missing.contains(wanted) else { throw error }
        effects.log.warning("\(error.message)")
    }
}
