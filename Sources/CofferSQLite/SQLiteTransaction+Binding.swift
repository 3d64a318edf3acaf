// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction {
    func bind(_ binding: StoredBinding) throws {
        try run(
            sql: "INSERT OR REPLACE INTO audit_binding (entry, version, signer, sequence) VALUES (?, ?, ?, ?)",
            arguments: [
                binding.entryID.data, Int64(bitPattern: binding.version), binding.signer.data,
                Int64(bitPattern: binding.sequence),
            ])
    }
}
