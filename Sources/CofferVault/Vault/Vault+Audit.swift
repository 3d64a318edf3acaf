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
        var previous = AuditHead(signer: signer, sequence: 0, hash: .zero)
        return try stored.compactMap { bytes in
            let event = try AuditEvent(decoding: bytes)
            guard event.signer == signer, event.sequence == previous.sequence + 1, event.previous == previous.hash
            else {
                throw VaultError.damaged
            }
            try event.verifySignature()
            previous = AuditHead(signer: signer, sequence: event.sequence, hash: event.hash)
            return try event.record(openedBy: identity)
        }
    }
}
