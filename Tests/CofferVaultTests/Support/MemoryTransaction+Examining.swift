// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

extension MemoryTransaction {
    func binding(of entry: EntryID, version: UInt64) throws -> StoredBinding? {
        contents.writes[entry]?[version].map {
            StoredBinding(entryID: entry, version: version, signer: $0.signer, sequence: $0.sequence)
        }
    }

    func bindingCount() throws -> Int { contents.writes.values.reduce(0) { $0 + $1.count } }

    func bindings(after last: StoredBinding?, limit: Int) throws -> [StoredBinding] {
        let all = contents.writes.flatMap { entry, versions in
            versions.map {
                StoredBinding(
                    entryID: entry, version: $0.key, signer: $0.value.signer, sequence: $0.value.sequence)
            }
        }.sorted(by: Self.precedes)
        return Array(all.filter { row in last.map { Self.precedes($0, row) } ?? true }.prefix(max(limit, 0)))
    }

    private static func precedes(_ left: StoredBinding, _ right: StoredBinding) -> Bool {
        left.entryID == right.entryID
            ? left.version < right.version
            : left.entryID.bytes.lexicographicallyPrecedes(right.entryID.bytes)
    }

    func entryKeys(after key: [UInt8], limit: Int) throws -> [[UInt8]] {
        let later = contents.entries.keys.map(\.bytes).filter { key.lexicographicallyPrecedes($0) }
        return Array(later.sorted { $0.lexicographicallyPrecedes($1) }.prefix(max(limit, 0)))
    }

    func unreadableWishCount() throws -> Int { 0 }

    func journalKeys() throws -> [[UInt8]] {
        contents.journals.filter { !$0.value.isEmpty }.keys.map(\.bytes).sorted { $0.lexicographicallyPrecedes($1) }
    }
}
