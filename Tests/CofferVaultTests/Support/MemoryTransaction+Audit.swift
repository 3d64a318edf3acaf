// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension MemoryTransaction {
    func storedEvents(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [StoredEvent] {
        let events = contents.audit[signer, default: [:]].filter { $0.key >= sequence }.sorted { $0.key < $1.key }
        return events.prefix(limit).map {
            StoredEvent(sequence: $0.key, hash: $0.value.hash, bytes: $0.value.bytes)
        }
    }

    func writes(of id: EntryID, from version: UInt64, limit: Int) throws -> [StoredWrite] {
        let writes = contents.writes[id, default: [:]].filter { $0.key >= version }.sorted { $0.key < $1.key }
        return writes.prefix(limit).compactMap { version, place in
            contents.audit[place.signer]?[place.sequence].map { StoredWrite(version: version, bytes: $0.bytes) }
        }
    }

    func index(_ event: AuditEvent) throws {
        guard contents.audit[event.signer]?[event.sequence]?.bytes == event.encoded else { return }
        contents.audit[event.signer]?[event.sequence]?.hash = event.hash
    }
}
