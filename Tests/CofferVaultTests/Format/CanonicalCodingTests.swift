// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@Suite struct CanonicalCodingTests {
    @Test func `what is written is read back and nothing is left`() throws {
        var writer = CanonicalWriter("label")
        writer.integer(UInt16(0xABCD))
        writer.integer(Int64(-5))
        writer.variable([1, 2, 3])
        writer.text("päth")
        writer.optional(nil)
        writer.optional(Int64.min)
        writer.fixed([9, 9])
        var reader = CanonicalReader(writer.bytes)
        try reader.label("label")
        #expect(try reader.integer(UInt16.self) == 0xABCD)
        #expect(try reader.integer(Int64.self) == -5)
        #expect(try reader.variable() == [1, 2, 3])
        #expect(try reader.text() == "päth")
        #expect(try reader.optional() == nil)
        #expect(try reader.optional() == Int64.min)
        #expect(try reader.fixed(2) == [9, 9])
        try reader.finish()
    }

    @Test func `the bytes are those of the document`() {
        var writer = CanonicalWriter("ab")
        writer.integer(UInt32(1))
        writer.variable([7])
        #expect(writer.bytes == [0, 0, 0, 2, 0x61, 0x62, 0, 0, 0, 1, 0, 0, 0, 1, 7])
    }

    @Test(arguments: [
        ("coffer box 2", true), ("coffer box 9999", true), ("coffer box 0", false), ("coffer box 10000", false),
        ("coffer bag 2", false), ("coffer box", false), ("coffer box -2", false), ("coffer box 1", nil),
    ])
    func `a label of a higher number is told from another label`(label: String, isLater: Bool?) throws {
        var reader = CanonicalReader(CanonicalWriter(label).bytes)
        guard let isLater else { return try reader.label("coffer box 1") }
        let expected = isLater ? VaultError(.newerFormat, "") : .damaged
        #expect(throws: expected) { try reader.label("coffer box 1") }
    }

    @Test func `moving a byte from one text to the next changes the encoding`() {
        var first = CanonicalWriter("x")
        first.text("a/")
        first.text("b")
        var second = CanonicalWriter("x")
        second.text("a")
        second.text("/b")
        #expect(first.bytes != second.bytes)
    }

    @Test(arguments: [UInt32(1), 4, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
    func `a length longer than what is there is refused`(length: UInt32) {
        var writer = CanonicalWriter()
        writer.integer(length)
        var reader = CanonicalReader(writer.bytes)
        #expect(throws: VaultError.damaged) { try reader.variable() }
        var short = CanonicalReader(writer.bytes + [0, 0, 0])
        if length > 3 { #expect(throws: VaultError.damaged) { try short.text() } }
    }

    @Test func `a negative number of bytes is refused`() {
        var reader = CanonicalReader([1, 2, 3])
        #expect(throws: VaultError.damaged) { try reader.fixed(-1) }
        #expect(throws: VaultError.damaged) { try reader.fixed(.max) }
    }

    @Test func `a text that is no UTF-8 is refused`() {
        var writer = CanonicalWriter()
        writer.variable([0xFF, 0xFE])
        var reader = CanonicalReader(writer.bytes)
        #expect(throws: VaultError.damaged) { try reader.text() }
    }

    @Test(arguments: [UInt8(2), 0xFF])
    func `a presence byte is 0 or 1`(byte: UInt8) {
        var reader = CanonicalReader([byte, 0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: VaultError.damaged) { try reader.optional() }
    }

    @Test func `bytes left over are refused`() {
        #expect(throws: VaultError.damaged) { try CanonicalReader([0]).finish() }
    }

    @Test(arguments: [0, 1, 3, 7])
    func `an integer cut short is refused`(byteCount: Int) {
        var reader = CanonicalReader([UInt8](repeating: 0, count: byteCount))
        #expect(throws: VaultError.damaged) { try reader.integer(UInt64.self) }
    }
}
