// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What makes some rows of a new store those of the old one.
struct RowDifference: Sendable {
    /// Rows that the old store has no more.
    private var gone: [EntryRow] = []
    /// Rows that the new store lacks.
    private var missing: [EntryRow] = []
    /// Rows that differ, with the version that the new store has.
    private var changed: [(row: EntryRow, version: UInt64)] = []
    /// Rows that are the same in both.
    private(set) var same: [EntryRow] = []

    /// Rows that are written into the new store.
    var wanted: [EntryRow] { missing + changed.map(\.row) }

    /// How many rows differ.
    var count: Int { gone.count + missing.count + changed.count }

    /// Compares rows by their ids.
    init(_ rows: [EntryRow], _ there: [EntryRow]) {
        var others = Dictionary(there.map { ($0.id, $0) }) { first, _ in first }
        for row in rows {
            guard let other = others.removeValue(forKey: row.id) else {
                missing.append(row)
                continue
            }
            if other == row { same.append(row) } else { changed.append((row, other.version)) }
        }
        gone = Array(others.values)
    }

    /// Brings it into the new store.
    func apply(to transaction: any StoreWriting) throws {
        for row in gone { try transaction.remove(row.id, expecting: row.version) }
        for (row, version) in changed {
            try Self.clearing(row, in: transaction) { try transaction.replace(row, expecting: version) }
        }
        for row in missing { try Self.clearing(row, in: transaction) { try transaction.insert(row) } }
    }

    /// Writes a row; an entry that had its path before, and is gone in the old store, gives way.
    private static func clearing(_ row: EntryRow, in transaction: any StoreWriting, _ write: () throws -> Void) throws {
        do {
            try write()
        } catch let error as VaultError where error.code == .exists {
            guard let other = try transaction.row(space: row.spaceID, lookup: row.lookup), other.id != row.id else {
                throw error
            }
            try transaction.remove(other.id, expecting: other.version)
            try write()
        }
    }
}
