// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

@testable import CofferCrypto
@testable import CofferVault

/// Every way to change one byte of a stored row.
enum RowChange {
    /// All columns.
    static func all(of row: EntryRow, mask: UInt8) throws -> [EntryRow] {
        var changed = try sealed(of: row, mask: mask)
        for position in row.spaceID.bytes.indices {
            changed.append(try with(row) { $0.spaceID = try SpaceID(flip(row.spaceID.bytes, position, mask)) })
        }
        for position in row.signature.bytes.indices {
            changed.append(try with(row) { $0.signature = try Signature(flip(row.signature.bytes, position, mask)) })
        }
        for shift in stride(from: 0, to: 32, by: 8) {
            changed.append(with(row) { $0.generation ^= UInt32(mask) << UInt32(shift) })
        }
        for shift in stride(from: 0, to: 64, by: 8) {
            changed.append(
                with(row) { $0.dueAt = ($0.dueAt ?? 0) ^ Int64(truncatingIfNeeded: UInt64(mask) << UInt64(shift)) })
        }
        let state = Array((row.state ?? "").utf8)
        for position in state.indices {
            changed.append(with(row) { $0.state = String(decoding: flip(state, position, mask), as: UTF8.self) })
        }
        return changed
    }

    /// The boxes and what they are bound to.
    static func sealed(of row: EntryRow, mask: UInt8) throws -> [EntryRow] {
        var changed: [EntryRow] = []
        for position in row.useBox.indices {
            changed.append(with(row) { $0.useBox[position] ^= mask })
        }
        let issueBox = row.issueBox ?? []
        for position in issueBox.indices {
            changed.append(with(row) { $0.issueBox = flip(issueBox, position, mask) })
        }
        for position in row.lookup.bytes.indices {
            changed.append(try with(row) { $0.lookup = try Digest(flip(row.lookup.bytes, position, mask)) })
        }
        for position in row.id.bytes.indices {
            changed.append(try with(row) { $0.id = try EntryID(flip(row.id.bytes, position, mask)) })
        }
        for shift in stride(from: 0, to: 64, by: 8) {
            changed.append(with(row) { $0.version ^= UInt64(mask) << UInt64(shift) })
        }
        return changed
    }

    private static func with(_ row: EntryRow, _ change: (inout EntryRow) throws -> Void) rethrows -> EntryRow {
        var row = row
        try change(&row)
        return row
    }

    private static func flip(_ bytes: [UInt8], _ position: Int, _ mask: UInt8) -> [UInt8] {
        var bytes = bytes
        bytes[position] ^= mask
        return bytes
    }
}
