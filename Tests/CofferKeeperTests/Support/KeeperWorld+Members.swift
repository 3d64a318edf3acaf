// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation

@testable import CofferKeeper

extension KeeperWorld {
    /// Makes a new member of `main`.
    func join(_ name: String, _ role: Role) async throws -> IdentityText {
        let identity = try Identity.generate()
        let owner = try await keeper()
        return try await owner.vault.addMember(identity.publicIdentity, name: name, role: role, spaces: ["main"])
            .accepted(by: identity)
    }

    /// Opens the vault as a member's process, with a clock of its own if need be.
    func keeper(of member: IdentityText, clock: (any Clock<Duration>)? = nil) async throws -> Keeper {
        var effects = effects()
        if let clock { effects.clock = clock }
        let vault = try await Vault.unlock(SQLiteStore.open(location.vaultPath), with: member, now: { time.now })
        return Keeper(vault: vault, effects: effects)
    }

    /// How many token requests came.
    var requestCount: Int { sandbox.log.requests(for: .token).count }

    /// The rows that lie in the store, judged by nobody.
    func wishes() async throws -> [StoredWish] {
        try await SQLiteStore.open(location.vaultPath).read { try $0.wishes(limit: 100) }
    }
}
