// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import Testing

@Suite struct FieldTableTests {
    private static func decode(_ bytes: [UInt8]) throws -> FieldTable {
        try bytes.withUnsafeBytes { try FieldTable(decoding: $0) }
    }

    private static func bytes(_ table: FieldTable) -> [UInt8] {
        table.encoded().withExposedBytes { Array($0) }
    }

    private static let full: FieldTable = {
        var table = FieldTable()
        table.set(300, text: "päth")
        table.set(16, integer: -2)
        table.set(17, date: Date(timeIntervalSince1970: 1.5))
        table.set(18, bytes: [])
        return table
    }()

    @Test func `values come back under their tags`() throws {
        let table = try Self.decode(Self.bytes(Self.full))
        #expect(table == Self.full)
        #expect(table.tags == [16, 17, 18, 300])
        #expect(table.text(300) == "päth")
        #expect(table.integer(16) == -2)
        #expect(table.date(17) == Date(timeIntervalSince1970: 1.5))
        #expect(table.bytes(18) == [])
        #expect(table.integer(300) == nil)
        #expect(table.bytes(19) == nil)
    }

    @Test func `the bytes are those of the document`() {
        var table = FieldTable()
        table.set(0x0102, bytes: [7])
        table.set(1, text: "a")
        #expect(
            Self.bytes(table) == [0, 2, 0, 1, 0, 0, 0, 1, 0x61, 1, 2, 0, 0, 0, 1, 7])
        #expect(Self.bytes(FieldTable()) == [0, 0])
    }

    @Test func `setting nil removes a value`() {
        var table = Self.full
        table.set(300, text: nil)
        table.set(16, integer: nil)
        #expect(table.tags == [17, 18])
    }

    @Test func `a table cut at any length or with bytes after it is refused`() {
        let bytes = Self.bytes(Self.full)
        for length in 0..<bytes.count {
            #expect(throws: VaultError.damaged) { try Self.decode(Array(bytes.prefix(length))) }
        }
        #expect(throws: VaultError.damaged) { try Self.decode(bytes + [0]) }
    }

    @Test func `what decodes encodes identically, whatever byte is changed`() {
        let bytes = Self.bytes(Self.full)
        for position in bytes.indices {
            for mask in [UInt8(0x01), 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                if let table = try? Self.decode(changed) { #expect(Self.bytes(table) == changed) }
            }
        }
    }

    @Test(
        arguments: [
            [0, 2, 0, 5, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0],  // a tag twice
            [0, 2, 0, 6, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0],  // tags descending
            [0, 1, 0, 5, 0xFF, 0xFF, 0xFF, 0xFF],  // a length of 4 GiB
            [0, 1, 0, 5, 0x7F, 0xFF, 0xFF, 0xFF, 1],
            [0xFF, 0xFF],  // 65,535 values in no bytes
        ] as [[UInt8]])
    func `a hostile table is refused`(bytes: [UInt8]) {
        #expect(throws: VaultError.damaged) { try Self.decode(bytes) }
    }

    @Test(arguments: [
        0, 1_790_000_000_123, 0x000f_ffa3_185d_3a60, 0x1b00_01a3_185c_5000, -0x1b00_01a3_185c_5000, Int64.min, .max,
    ])
    func `an instant is the same however often it is read and written`(milliseconds: Int64) throws {
        var table = FieldTable()
        table.set(1, integer: milliseconds)
        let first = try #require(table.date(1))
        table.set(1, date: first)
        #expect(table.date(1) == first)
        let written = table.integer(1)
        table.set(1, date: table.date(1))
        #expect(table.integer(1) == written)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e300])
    func `no clock makes the conversion of a date trap`(seconds: Double) {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(abs(Double(date.millisecondsSince1970)) <= 8e18)
    }

    @Test(arguments: [Int64.min, -1, 0, 1_790_000_000_123, .max])
    func `any stored number is a date`(milliseconds: Int64) {
        let date = Date(millisecondsSince1970: milliseconds)
        if abs(Double(milliseconds)) < 1e15 { #expect(date.millisecondsSince1970 == milliseconds) }
    }
}
