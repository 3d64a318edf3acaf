// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferVault
import Foundation

/// A restore that was looked at from all sides and waits for a yes; the vault is as it was.
///
/// While it lives nobody else can open the vault. What is to take the vault's place lies beside it under another name,
/// and gets its own by one rename at the very end: a kill or a power cut leaves the old vault or the new one.
package final class PreparedRestore: Sendable {
    /// What it will do.
    package let plan: RestorePlan
    private let claim: StoreClaim
    private let draft: RestoreDraft
    private let location: VaultLocation
    private let effects: KeeperEffects
    private let keptName: String

    init(
        _ draft: RestoreDraft, claim: StoreClaim, location: VaultLocation, effects: KeeperEffects, plan: RestorePlan,
        keptName: String
    ) {
        self.keptName = keptName
        self.draft = draft
        self.claim = claim
        self.location = location
        self.effects = effects
        self.plan = plan
    }

    /// Puts the backup in the vault's place, and opens it as everybody will.
    ///
    /// - Throws: ``VaultError`` of the disk; the vault is then as before.
    package func perform() async throws {
        do {
            try await draft.finish()
            try claim.replace(with: draft.path, keeping: keptName)
        } catch {
            abandon()
            throw error
        }
        claim.release()
        // Whoever restored has seen the restored vault from here on; and it is shown that it opens.
        _ = try await Keeper.open(location, effects: effects)
    }

    /// Changes nothing and lets the others in.
    package func abandon() {
        RestoreDraft.removeLeftovers(of: claim.path)
        claim.release()
    }
}
