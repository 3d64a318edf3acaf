// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferVault
import Foundation

/// What was done to a vault that its store's own programs took back to an earlier state.
package struct TakenBack: Sendable, Equatable, Encodable {
    /// Connections that are doubtful until their next refresh.
    package let doubtful: [String]
    /// Connections whose refresh token is known to be spent: they must be connected again.
    package let spent: [String]
    /// Apps and static secrets that are on hold again, as a leak was reported since.
    package let tainted: [String]
    /// Changes of the membership since, which stay in force.
    package let keptMembershipChanges: Int
}

extension Keeper {
    /// Has an owner sign that a vault went back in its place, as a database does by a dump or to a point in time.
    ///
    /// Here no rename makes everything of it true at once. So what is doubtful is made so first, and the signature comes
    /// last: until then every machine that has seen newer refuses the vault. What is cut off is begun again.
    ///
    /// - Parameters:
    ///   - store: The vault's, which nobody else should have open.
    ///   - text: The owner.
    ///   - pin: A manifest to trust besides the one in the identity.
    ///   - place: This machine's record of what was seen.
    ///   - effects: The clock and where warnings go.
    ///   - reason: For the events.
    /// - Returns: what became of what is in it.
    /// - Throws: ``VaultError/Code/notPermitted`` for whoever is no owner of every space; ``VaultError/Code/damaged``,
    ///   ``VaultError/Code/unrestorable``.
    package static func acceptTakenBack(
        _ store: any VaultStore, with text: IdentityText, trusting pin: Pin? = nil, seenAt place: SeenPlace?,
        effects: KeeperEffects, reason: String = ""
    ) async throws -> TakenBack {
        let kept = text.pin.flatMap { pin in
            place.map { SeenManifests(folder: $0.folder, vaultID: pin.vaultID) }
        }
        let anchor = Vault.newestPin(of: text, pin, seen: place)
        let remains = VaultRemains(seen: kept, anchor: anchor)
        let added = try await Vault.extend(store, from: remains, upTo: anchor)
        // Held against nothing yet: that it is older is why this is done.
        let vault = try await Vault.unlock(store, with: text, trusting: pin, now: effects.now)
        let seen = place.flatMap { Vault.recalled(at: $0, of: vault.id, by: text) }
        try await vault.confirmRestorable(after: seen)
        try await vault.markSpent(spentTokens(of: vault, place, effects.log))
        let restored = RestoredVault(vault: vault, reason: reason)
        let tainted = try await restored.taint(again: [], seen?.taints ?? [:])
        let fates = try await restored.doubt(at: effects.now())
        _ = try await vault.signRestoration(spent: [], reason: reason)
        // Whoever signed has seen the vault from here on; and it is shown that it opens.
        _ = try await Vault.unlock(store, with: text, trusting: pin, remembering: place, now: effects.now)
        return TakenBack(
            doubtful: fates.doubtful, spent: fates.spent, tainted: tainted, keptMembershipChanges: added)
    }

    /// Does the same with the vault and the owner's identity of a place.
    ///
    /// - Throws: ``KeeperError/Code/usage`` for a vault in a file, which is restored from one.
    package static func acceptTakenBack(
        at location: VaultLocation, effects: KeeperEffects, reason: String = ""
    ) async throws -> TakenBack {
        guard location.isDatabase else {
            throw KeeperError(.usage, "only a vault in a database is restored in its place; name the backup's file")
        }
        let text = try await location.identity.read(effects.log)
        let store = try await location.openStore()
        return try await acceptTakenBack(
            store, with: text, trusting: location.pin, seenAt: seenPlace(location, effects.log), effects: effects,
            reason: reason)
    }

    /// The refresh tokens that this machine knows to be spent.
    private static func spentTokens(
        of vault: Vault, _ place: SeenPlace?, _ log: KeeperLog
    ) -> [StoredFingerprint] {
        guard let place else { return [] }
        do {
            return try SpentLog(folder: place.folder, vaultID: vault.id).fingerprints()
        } catch {
            log.warning("the log of spent refresh tokens can't be read: \(error.message)")
            return []
        }
    }
}
