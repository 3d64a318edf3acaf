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
        let identity = identity
        return try await reading { state, reader in
            let members = Set(state.manifest.members.map(\.identity.signingKey))
            return try reader.heads().filter { members.contains($0.signer) }.compactMap { head -> Date? in
                guard let bytes = try reader.events(of: head.signer, from: head.sequence, limit: 1).first else {
                    throw VaultError.damaged
                }
                let event = try AuditEvent(decoding: bytes)
                guard event.signer == head.signer, event.sequence == head.sequence else { throw VaultError.damaged }
                try event.verifySignature()
                return try event.record(openedBy: identity)?.at
            }.max()
        }
    }
}
