// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
package import Foundation

extension Vault {
    /// When the newest event that this identity may read was written: the clock can't be earlier than that.
    ///
    /// - Returns: the time, to the millisecond; nil for whoever is no owner, as events are sealed to owners.
    /// - Throws: ``VaultError/damaged`` for an event that is not what its chain says.
    package func newestEventTime() async throws -> Date? {
        let events = try await store.read { reader in
            try reader.heads().compactMap { head -> AuditEvent? in
                guard let bytes = try reader.events(of: head.signer, from: head.sequence, limit: 1).first else {
                    return nil
                }
                let event = try AuditEvent(decoding: bytes)
                guard event.signer == head.signer, event.sequence == head.sequence else { throw VaultError.damaged }
                return event
            }
        }
        return try events.filter { event in manifest.members.contains { $0.identity.signingKey == event.signer } }
            .compactMap { event in
                try event.verifySignature()
                return try event.record(openedBy: identity)?.at
            }.max()
    }
}
