// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite("PrintableText") struct PrintableTextTests {
    @Test(arguments: Array(0..<0x20 as Range<UInt32>) + Array(0x7F..<0xA0))
    func `no control character is left`(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        let clean = PrintableText.clean("a\(scalar)b")
        #expect(clean == "ab" || clean == "a b")
    }

    @Test(
        arguments: [
            0x061C, 0x200B, 0x200E, 0x200F, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069,
            0xFEFF, 0xE0041,
        ] as [UInt32])
    func `nothing that reverses or hides text is left`(value: UInt32) throws {
        let scalar = try #require(Unicode.Scalar(value))
        #expect(PrintableText.clean("a\(scalar)b") == "ab")
    }

    @Test(arguments: ["plain", "ООО «Ромашка»", "日本", "👩‍👩‍👧", "e\u{301}", "می\u{200C}خواهم", ""])
    func `what people write is left alone`(text: String) {
        #expect(Array(PrintableText.clean(text).unicodeScalars) == Array(text.unicodeScalars))
    }
}
