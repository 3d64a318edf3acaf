// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Testing

@Suite struct `Text from outside` {
    @Test(arguments: [
        ("plain", "plain"), ("две строки\r\nв одной", "две строки в одной"), ("\u{1B}]0;title\u{07}x", "]0;title x"),
        ("a\u{9B}31mb", "a 31mb"), ("right\u{202E}left", "rightleft"), ("zero\u{200B}width", "zerowidth"),
        ("line\u{2028}separator", "line separator"), ("  spaces  ", "spaces"), ("", ""), ("\u{0}\u{7F}", ""),
    ])
    func `is shown without what a terminal would obey`(text: String, shown: String) {
        #expect(DisplayText.clean(text) == shown)
    }

    @Test func `is cut where a sentence can't be that long`() {
        let shown = DisplayText.clean(String(repeating: "x", count: 5000))
        #expect(shown.count == DisplayText.characterLimit)
        #expect(shown.hasSuffix("…"))
        #expect(DisplayText.clean(String(repeating: "x", count: 400)) == String(repeating: "x", count: 400))
    }

    @Test func `is bounded in bytes too, whatever it combines`() {
        let shown = DisplayText.clean("e" + String(repeating: "\u{301}", count: 100_000))
        #expect(shown.unicodeScalars.count <= DisplayText.characterLimit * 4)
    }

    @Test func `in an error's sentence is cleaned`() {
        #expect(RotationError(.damaged, "a\u{1B}[2Jb").message == "a [2Jb")
        #expect("\(RotationError(.damaged, "a b"))" == "a b")
    }
}
