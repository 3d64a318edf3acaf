// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension PostgresTransaction {
    func bind(_ binding: StoredBinding) throws {
        try queue(
            """
            INSERT INTO coffer.audit_binding (entry, version, signer, sequence) VALUES ($1, $2, $3, $4)
            ON CONFLICT (entry, version) DO UPDATE SET signer = excluded.signer, sequence = excluded.sequence
            """,
            [
                .bytes(binding.entryID.bytes), .unsigned(binding.version), .bytes(binding.signer.bytes),
                .unsigned(binding.sequence),
            ])
    }
}
