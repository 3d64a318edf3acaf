// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

extension FuzzedParser {
    /// What is opened with keys, after an attacker chose what is around or, with an issuer's keys, inside the boxes.
    static let sealedFormats: [FuzzedParser] = [
        FuzzedParser(
            name: "entry-row", longestInput: 512, prepare: { _ = SealedFixture.shared }, read: { openRow($0) }),
        FuzzedParser(
            name: "entry-inside", longestInput: 512, prepare: { _ = SealedFixture.shared }, read: { openForgery($0) }),
    ]

    /// Columns that a stranger wrote: a row that differs in anything never opens.
    private static func openRow(_ bytes: UnsafeRawBufferPointer) {
        let fixture = SealedFixture.shared
        var slices = Slices(bytes)
        let mask = UInt16(slices.byte()) << 8 | UInt16(slices.byte())
        let row = change(fixture.row, mask, &slices)
        let entry = try? EntrySealing(space: fixture.space).open(row, asked: fixture.path)
        require((entry != nil) == (row == fixture.row), "only the row that was written opens")
    }

    /// Columns and contents that an issuer wrote: what opens is what was asked for, whatever else is in it.
    private static func openForgery(_ bytes: UnsafeRawBufferPointer) {
        let fixture = SealedFixture.shared
        var slices = Slices(bytes)
        // Never the generation or the space, which would choose other keys.
        let mask = (UInt16(slices.byte()) << 8 | UInt16(slices.byte())) & ~0b10_0010
        var row = change(fixture.row, mask, &slices)
        let table = slices.chunk()
        let other = slices.remainder()
        row.useBox = needed { try fixture.seal(named(table, slices: other), .use, row) }
        row.issueBox = needed { try fixture.seal(named(other, slices: table), .issue, row) }
        needed { try fixture.sign(&row) }
        guard let entry = try? EntrySealing(space: fixture.space).open(row, asked: fixture.path) else { return }
        require(
            entry.path == fixture.path && entry.id == row.id && entry.version == row.version, "it is what was asked for"
        )
        require(entry.kind == row.kind, "the kind inside is the kind outside")
    }

    /// A table of fields as given or, where its first byte is odd, behind a genuine path and kind.
    private static func named(_ table: [UInt8], slices _: [UInt8]) -> [UInt8] {
        guard let first = table.first, first & 1 == 1 else { return table }
        var writer = CanonicalWriter()
        writer.integer(UInt16(2) + UInt16(first >> 1) % 3)
        writer.integer(UInt16(1))
        writer.text(SealedFixture.shared.path.description)
        writer.integer(UInt16(2))
        writer.variable([0, 0, 0, 0, 0, 0, 0, 2])
        return writer.bytes + table.dropFirst()
    }

    /// Replaces the columns whose bits are set.
    private static func change(_ row: EntryRow, _ mask: UInt16, _ slices: inout Slices) -> EntryRow {
        var row = row
        if mask & 1 != 0 { row.id = needed { try EntryID(slices.fixed(16)) } }
        if mask & 2 != 0 { row.spaceID = needed { try SpaceID(slices.fixed(16)) } }
        if mask & 4 != 0 { row.lookup = needed { try Digest(slices.fixed(32)) } }
        if mask & 8 != 0 { row.kind = EntryKind(rawValue: slices.byte() % 3 + 1) ?? .app }
        if mask & 16 != 0 { row.version = integer(slices.fixed(8)) }
        if mask & 32 != 0 { row.generation = UInt32(truncatingIfNeeded: integer(slices.fixed(4))) }
        if mask & 64 != 0 { row.useBox = slices.chunk() }
        if mask & 128 != 0 { row.issueBox = slices.chunk() }
        if mask & 256 != 0 { row.issueBox = nil }
        if mask & 512 != 0 { row.dueAt = Int64(bitPattern: integer(slices.fixed(8))) }
        if mask & 1024 != 0 { row.dueAt = nil }
        if mask & 2048 != 0 { row.state = String(decoding: slices.chunk(), as: UTF8.self) }
        if mask & 4096 != 0 { row.state = nil }
        if mask & 8192 != 0 { row.signature = needed { try Signature(slices.fixed(64)) } }
        // One bit of a box, so that what is almost right is tried too.
        if mask & 16384 != 0, !row.useBox.isEmpty {
            row.useBox[Int(slices.byte()) % row.useBox.count] ^= 1 << (slices.byte() % 8)
        }
        return row
    }

    private static func integer(_ bytes: [UInt8]) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
