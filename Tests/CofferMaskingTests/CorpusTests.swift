// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferMasking

/// What other people's encoders made of secrets, as Tests/Fixtures/masking/make.py wrote it down.
@Suite("The corpus of masking")
struct CorpusTests {
    private struct Case: Decodable {
        let by: String
        let secrets: [Data]
        let text: Data
        let shown: Data
    }

    private static let cases: [Case] = {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = tests.appending(path: "Fixtures/masking/corpus.json")
        return (try? JSONDecoder().decode([Case].self, from: Data(contentsOf: file))) ?? []
    }()

    @Test func `has each case`() { #expect(Self.cases.count >= 90) }

    @Test(arguments: cases.indices)
    func `is shown as it may be, wherever the output is cut`(number: Int) throws {
        let one = Self.cases[number]
        let text = Array(one.text)
        let mask = SecretMask(hiding: one.secrets.map { Secret(bytes: Array($0)) })
        for cut in text.indices {
            let out = try masked([Array(text[..<cut]), Array(text[cut...])], mask)
            try #require(Self.unpadded(out) == Array(one.shown), "\(one.by), cut at \(cut): \(Self.readable(out))")
        }
        let out = try masked(text.map { [$0] }, mask)
        #expect(Self.unpadded(out) == Array(one.shown), "\(one.by), byte by byte: \(Self.readable(out))")
    }

    /// Without base64's filling behind a mask, which says nothing but a length modulo three.
    private static func unpadded(_ out: [UInt8]) -> [UInt8] {
        var kept: [UInt8] = []
        for byte in out where byte != UInt8(ascii: "=") || kept.last != UInt8(ascii: "*") { kept.append(byte) }
        return kept
    }

    private static func readable(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
