// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import CofferCrypto
@testable import CofferVault

/// What somebody does who holds an identity and can write the file, past all that our program checks.
enum ReaderForgery {
    /// Appends a signed event to the identity's own chain, dated into the year 2100, with rows of the tables to match.
    static func append(
        _ bindings: [AuditBinding], _ fingerprints: [StoredFingerprint], by identity: Identity, to store: MemoryStore,
        owners: [PublicIdentity]
    ) throws {
        let signer = identity.publicIdentity.signingKey
        let last = store.tamper { contents in
            contents.audit[signer]?.max { $0.key < $1.key }
                .map { AuditHead(signer: signer, sequence: $0.key, hash: $0.value.hash) }
        }
        let event = try AuditEvent(
            AuditRecord(
                at: Date(timeIntervalSince1970: 4_102_444_800), action: .put, paths: bindings.map { _ in "main/a" }),
            after: last, by: identity, owners: owners, bindings: bindings, fingerprints: fingerprints, heads: [])
        store.tamper { contents in
            contents.audit[signer, default: [:]][event.sequence] = (event.hash, event.encoded)
            for binding in bindings {
                contents.writes[binding.entryID, default: [:]][binding.version] = (signer, event.sequence)
            }
            for kept in fingerprints {
                let key = MemoryStore.FingerprintKey(spaceID: kept.spaceID, tag: kept.tag)
                if contents.fingerprints[key] == nil || kept.isSpent { contents.fingerprints[key] = kept }
            }
        }
    }
}
