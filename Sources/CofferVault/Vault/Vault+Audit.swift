// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Vault {
    /// Reads this identity's own chain: every link verified, bodies opened where they were sealed to it.
    ///
    /// - Throws: ``VaultError/damaged`` at the first event that was edited, dropped or reordered.
    package func ownAudit() async throws -> [AuditRecord] {
        let signer = identity.publicIdentity.signingKey
        let stored = try await reading { try $1.events(of: signer, from: 1, limit: .max) }
        var head = AuditHead(signer: signer, sequence: 0, hash: .zero)
        return try stored.compactMap { bytes in
            let event = try AuditEvent(decoding: bytes)
            guard event.follows(head) else { throw VaultError.damaged }
            try event.verifySignature()
            head = event.head
            return try event.record(openedBy: identity)
        }
    }
}
