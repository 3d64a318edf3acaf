// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferMasking

@Suite("A masked output")
struct MaskingStreamTests {
    @Test(arguments: [
        ("aab", ["aab"], "***"), ("xaaab", ["aab"], "xa***"), ("abcabcabd", ["abcabd"], "abc***"),
        ("babaaa", ["abaa", "baaa"], "b***"), ("abab", ["ab"], "***"), ("secretsecre", ["secret"], "***secre"),
        ("onetwo", ["one", "two"], "***"), ("one two", ["one", "two"], "*** ***"),
        ("abcdef", ["abc", "abcdef"], "***"),
        ("abcdex", ["abc", "abcdef"], "***dex"), ("xabcdefx", ["cd", "abcdef"], "x***x"), ("", ["abc"], ""),
    ])
    func `overlapping and touching secrets are one mask, wherever the output is cut`(
        text: String, secrets: [String], expected: String
    ) throws {
        let bytes = Array(text.utf8)
        let hidden = secrets.map { Array($0.utf8) }
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]].map(Array.init)
                #expect(try masked(pieces, hiding: hidden) == Array(expected.utf8), "\(first) \(second)")
            }
        }
        #expect(try masked(bytes.map { [$0] }, hiding: hidden) == Array(expected.utf8))
    }

    @Test(arguments: 0..<300)
    func `random secrets in random outputs come out as if each spelling were tried everywhere`(seed: Int) throws {
        var numbers = Numbers(UInt64(seed))
        // Few letters, so that secrets overlap others and themselves; any byte in each third run.
        let letters: [UInt8] = seed % 3 == 0 ? Array(0...255) : Array("ab".utf8)
        func some(_ count: Int) -> [UInt8] { (0..<count).map { _ in letters.randomElement(using: &numbers) ?? 0 } }
        let secrets = (0..<Int.random(in: 1...4, using: &numbers)).map { _ in
            some(Int.random(in: 1...40, using: &numbers))
        }
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 1...30, using: &numbers) {
            text += some(Int.random(in: 0...12, using: &numbers))
            let secret = secrets.randomElement(using: &numbers) ?? []
            guard let spelling = Spelling.all(of: secret).randomElement(using: &numbers) else { continue }
            switch Int.random(in: 0..<4, using: &numbers) {
            case 0: text += secret
            case 1: text += spelling.bytes
            case 2: text += spelling.bytes.prefix(Int.random(in: 0...spelling.bytes.count, using: &numbers))
            default: text += spelling.bytes.suffix(Int.random(in: 0...spelling.bytes.count, using: &numbers))
            }
        }
        // Broken lines are another test's; behind the end stands something that no secret goes on with.
        text = text.filter { $0 != 10 && $0 != 13 } + Array(" . . . . . .".utf8)
        let expected = maskedByTrying(text, hiding: secrets)
        let mask = SecretMask(hiding: secrets.map { Secret(bytes: $0) })
        #expect(try masked([text], mask) == expected)
        #expect(try masked(text.map { [$0] }, mask) == expected)
        var pieces: [[UInt8]] = []
        var rest = text[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...9, using: &numbers)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        #expect(try masked(pieces, mask) == expected)
    }

    @Test func `all else passes byte for byte, and a line is not kept back`() throws {
        let mask = SecretMask(hiding: [Secret("made-up-secret")])
        let bytes = (0...255).map { UInt8($0) } + [0xC3, 0x28, 0xFF, 0xFE, 0x00]
        #expect(try masked([bytes], mask) == bytes)
        var stream = MaskingStream(mask)
        var out: [UInt8] = []
        for line in ["a line\n", "ends with made\n", "and a question? ", "\u{1B}[2K50 %\r"] {
            out = []
            try Array(line.utf8).withUnsafeBytes { try stream.write($0) { out += $0 } }
            #expect(out == Array(line.utf8))
        }
    }

    @Test func `an end that may be the beginning of a secret waits for what follows`() throws {
        var stream = MaskingStream(SecretMask(hiding: [Secret("made-up-secret")]))
        var out: [UInt8] = []
        func write(_ text: String) throws {
            out = []
            try Array(text.utf8).withUnsafeBytes { try stream.write($0) { out += $0 } }
        }
        try write("it is made-up")
        #expect(out == Array("it is ".utf8))
        try write("-secret!")
        #expect(out == Array("***!".utf8))
        try write("made-")
        #expect(out.isEmpty)
        try write("believe")
        #expect(out == Array("made-believe".utf8))
    }

    @Test func `what a program that stopped had shown of a secret is masked, if it is more than a few letters`() throws
    {
        #expect(try masked("x made-up-sec", hiding: "made-up-secret") == "x made-up-sec")
        #expect(try masked("x made-up-secr", hiding: "made-up-secret") == "x ***")
    }

    @Test func `one secret that is nothing but one letter does not take for ever`() throws {
        let secret = [UInt8](repeating: 0x61, count: 1000)
        let text = [UInt8](repeating: 0x61, count: 20_000)
        #expect(try masked([text + [0x62]], hiding: [secret]) == Array("***b".utf8))
    }

    @Test func `a longer secret that ends in a mask takes its last character with it, byte by byte as well`() throws {
        let text = Array("bWFkZS11cC0xMjM0NVh6eg==".utf8)
        let secrets = ["made-up-12345", "made-up-12345X"].map { Array($0.utf8) }
        #expect(try masked(text.map { [$0] }, hiding: secrets) == (try masked([text], hiding: secrets)))
    }
}
