// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferMasking

@Suite("Spellings of a secret")
struct SpellingTests {
    static let secrets: [[UInt8]] = [
        Array("made-up-secret-one".utf8), Array("made-up?secret/two+".utf8), Array("made up \"three\" \\ é <&>".utf8),
        [0x80, 0xFF, 0x00, 0x01, 0xC3, 0x28, 0x0D, 0x0A, 0x41, 0x42], Array("made-up-4".utf8),
    ]

    @Test(arguments: secrets, [0, 1, 2, 3, 4, 5])
    func `base64 hides a secret wherever it begins and whatever stands around it`(
        secret: [UInt8], before: Int
    ) throws {
        let mask = SecretMask(hiding: [Secret(bytes: secret)])
        for after in 0...3 {
            for filler in [UInt8(0), 0x5A, 0xFF] {
                let around =
                    [UInt8](repeating: filler, count: before) + secret + [UInt8](repeating: filler, count: after)
                let standard = Data(around).base64EncodedString()
                let safe = standard.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
                for text in [standard, safe] {
                    let out = try masked([Array(text.utf8)], mask)
                    let shown = String(decoding: out, as: UTF8.self)
                    // What is left holds bits of the surroundings only: whole characters before, and behind.
                    let left = shown.split(separator: "***", omittingEmptySubsequences: false)
                    try #require(left.count == 2, "\(shown) of \(text)")
                    #expect(left[0].count <= before * 8 / 6)
                    #expect(left[1].filter { $0 != "=" }.count <= (after * 8 + 5) / 6)
                }
            }
        }
    }

    @Test(arguments: secrets)
    func `hexadecimal, URLs, forms and JSON hide it`(secret: [UInt8]) throws {
        var texts: [String] = [
            secret.map { String(format: "%02x", $0) }.joined(), secret.map { String(format: "%02X", $0) }.joined(),
        ]
        if let text = String(validating: secret, as: UTF8.self) {
            texts.append(try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics)))
            texts.append(try #require(text.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)))
            texts.append(
                try #require(
                    text.addingPercentEncoding(
                        withAllowedCharacters: CharacterSet(charactersIn: "-._~").union(.alphanumerics.asASCII))))
            let plain = try JSONEncoder().encode([text])
            texts.append(String(decoding: plain, as: UTF8.self))
            let slashes = JSONEncoder()
            slashes.outputFormatting = .withoutEscapingSlashes
            texts.append(String(decoding: try slashes.encode([text]), as: UTF8.self))
            texts.append(String(decoding: try JSONSerialization.data(withJSONObject: [text]), as: UTF8.self))
        }
        let mask = SecretMask(hiding: [Secret(bytes: secret)])
        for text in texts {
            let out = String(decoding: try masked([Array(("<" + text + ">").utf8)], mask), as: UTF8.self)
            #expect(["<***>", "<[\"***\"]>"].contains(out), "\(out) of \(text)")
        }
    }

    @Test func `base64 and hexadecimal hide it where lines break within`() throws {
        let secret = Array("made-up-".utf8) + (0..<120).map { UInt8($0 * 7 & 0xFF) }
        let mask = SecretMask(hiding: [Secret(bytes: secret)])
        for before in 0..<60 {
            let around = [UInt8](repeating: 0x20, count: before) + secret + [UInt8](repeating: 0x20, count: 5)
            for options in [Data.Base64EncodingOptions.lineLength64Characters, .lineLength76Characters] {
                for end in [
                    Data.Base64EncodingOptions.endLineWithLineFeed, [.endLineWithCarriageReturn, .endLineWithLineFeed],
                ] {
                    let text = Data(around).base64EncodedString(options: options.union(end))
                    let out = String(decoding: try masked([Array(text.utf8)], mask), as: UTF8.self)
                    // A line may break within the first eight characters, which are shown then.
                    #expect(out.contains("***"))
                    #expect(out.count <= before * 8 / 6 + 8 + 2 + 3 + 9, "\(before): \(out)")
                }
            }
        }
        let hex = secret.map { String(format: "%02x", $0) }.joined()
        var broken = ""
        for (index, digit) in hex.enumerated() { broken += (index > 0 && index % 60 == 0 ? "\n" : "") + String(digit) }
        #expect(try masked([Array(broken.utf8)], mask) == Array("***".utf8))
    }

    @Test func `no more than eight characters are shown where a line breaks, also of a short secret`() throws {
        let secret = Array("hunter2-hunter22".utf8)
        let mask = SecretMask(hiding: [Secret(bytes: secret)])
        for before in 0..<80 {
            let around = [UInt8](repeating: 0x20, count: before) + secret + [UInt8](repeating: 0x20, count: 40)
            for end in ["\n", "\r\n", "\r\r\n"] {
                let text = Data(around).base64EncodedString(options: [.lineLength76Characters, .endLineWithLineFeed])
                let out = String(
                    decoding: try masked([Array(text.replacing("\n", with: end).utf8)], mask), as: UTF8.self)
                let hidden = text.filter { $0 != "\n" }.count - out.filter { $0 != "*" && !$0.isNewline }.count
                #expect(hidden >= 21 - 8, "\(before): \(out)")
            }
        }
    }

    @Test(arguments: ["p?ss word-12#", "abc=def!ghi&jkl", "made<up>'key'+==", "a/b c\"d\\e"])
    func `what other encoders make of it is hidden, too`(secret: String) throws {
        // Go's url.PathEscape, encodeURI, .NET's HttpUtility and System.Text.Json, and Gson, as their documentation has it.
        func escaped(_ kept: String, _ format: String) -> String {
            secret.utf8.map { byte in
                let character = Character(Unicode.Scalar(byte))
                let stays = kept.contains(character) || character.isLetter || character.isNumber
                return stays ? String(character) : String(format: format, byte)
            }.joined()
        }
        for (kept, format) in [("-._~$&+:=@", "%%%02X"), ("-_.!~*'();/?:@&=+$,#", "%%%02X"), ("-_.!*()", "%%%02x")] {
            #expect(try masked("<" + escaped(kept, format) + ">", hiding: secret) == "<***>")
        }
        for marks in ["<>&='", "<>&'+\"`"] {
            let text = secret.map { character in
                if marks.contains(character) { return String(format: "\\u%04x", character.asciiValue ?? 0) }
                return ["\"": "\\\"", "\\": "\\\\"][character] ?? String(character)
            }.joined()
            #expect(try masked("<" + text + ">", hiding: secret) == "<***>", "\(text)")
        }
    }

    @Test func `of a secret of several lines each line is hidden, but not the frame of a key`() throws {
        let key =
            "-----BEGIN MADE UP KEY-----\nbWFkZS11cC1saW5lLW9uZQ\nbWFkZS11cC1saW5lLXR3bw\n-----END MADE UP KEY-----\n"
        #expect(try masked("<\(key)>", hiding: key) == "<***>")
        #expect(try masked(key.replacing("\n", with: "\r\n"), hiding: key) == "***")
        let indented = key.replacing("\n", with: "\n    ")
        #expect(
            try masked(indented, hiding: key)
                == "-----BEGIN MADE UP KEY-----\n    ***\n    ***\n    -----END MADE UP KEY-----\n    ")
        // Without the end of its last line, as `$(…)` of a shell leaves it.
        #expect(try masked("\(key.dropLast())>", hiding: key) == "***>")
    }

    @Test func `an empty secret is none, and short ones are counted`() throws {
        let mask = SecretMask(hiding: [Secret(""), Secret("abc"), Secret("made-up-secret")])
        #expect(mask.shortSecrets == 1)
        #expect(try masked([Array("abcd made-up-secret".utf8)], mask) == Array("***d ***".utf8))
        #expect(try masked("nothing", hiding: "") == "nothing")
    }

    @Test func `no spelling shows itself`() {
        for spelling in Spelling.all(of: Array("made-up-secret".utf8)) { #expect("\(spelling)" == "<redacted>") }
    }
}

extension CharacterSet {
    fileprivate var asASCII: CharacterSet {
        CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
    }
}
