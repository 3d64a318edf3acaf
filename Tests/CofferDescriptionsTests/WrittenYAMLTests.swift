// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection
import Testing
import Yams

/// Here, as Yams is for CofferDescriptions alone.
@Suite struct `YAML that inject writes` {
    @Test func `is read by Yams as it was`() throws {
        let texts = [
            "", " ", "null", "1e3", "yes", "a: b", "- x", "#", "it's \"x\" \\ /", "\n\n a\n", "\r\n", "\t",
            "\u{85}\u{2028}",
            "x\u{FEFF}", "é€😀", "%", "@", "`", "!x", "&a", "*a", "---\n", "\u{7F}\u{1B}",
            String(repeating: "long ", count: 2000),
        ]
        let variables = texts.enumerated().map { NamedValue("NO\($0.offset)", Secret($0.element)) }
        let all = variables + ["NO", "Y", "_", "null"].map { NamedValue($0, Secret("x")) }
        let text = try YAMLFormat.text(of: all).withExposedText { $0 }
        let found = try #require(try Yams.load(yaml: text) as? [String: String])
        #expect(found.count == all.count)
        for (index, text) in texts.enumerated() { #expect(found["NO\(index)"] == text, "\(index)") }
        #expect(found["NO"] == "x" && found["Y"] == "x")
    }

    @Test func `is read by Yams as it was, of any characters`() throws {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let scalars = (0..<20).compactMap { _ in
                Unicode.Scalar(UInt32.random(in: 1...(Bool.random(using: &numbers) ? 0x7F : 0x10FFFF), using: &numbers))
            }
            var text = ""
            text.unicodeScalars.append(contentsOf: scalars.drop { $0 == "\u{FEFF}" })
            let written = try YAMLFormat.text(of: [NamedValue("A", Secret(text))]).withExposedText { $0 }
            let found = try #require(try Yams.load(yaml: written) as? [String: String])["A"]
            #expect(found.map { Array($0.utf8) } == Array(text.utf8), "\(scalars.map(\.value))")
        }
    }
}
