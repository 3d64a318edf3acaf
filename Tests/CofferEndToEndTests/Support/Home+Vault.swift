// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation

extension Home {
    /// Opens the vault in this process, past the program.
    func openVault(as identity: String? = nil) async throws -> Vault {
        let text = try CheckedFile.read(identity ?? self.identity, limit: 4096)
        return try await Vault.unlock(
            SQLiteStore.open(vault), with: IdentityText(reading: text), now: { Date() })
    }

    /// The chain of the home's identity, every link of it verified, oldest event first.
    func audit() async throws -> [AuditRecord] {
        try await openVault().ownAudit()
    }
}
