// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCommands

@Suite struct `A piece of a page` {
    @Test func `has texts and attributes escaped`() {
        let piece = HTML.element(.p, [.id: "a\"><b>"], "1 < 2 & 'x'")
        #expect(piece.markup == "<p id=\"a&quot;&gt;&lt;b&gt;\">1 &lt; 2 &amp; &#39;x&#39;</p>\n")
    }

    @Test func `has no character that turns or hides text`() {
        #expect(HTML.text("a\u{202E}b\u{0}c\u{1B}[31m\nd").markup == "abc[31m d")
    }

    @Test(arguments: [
        "javascript:alert(1)", "http://provider.example/", "data:text/html,x", "//provider.example", "",
        "https://provider.example/ onclick=x", "https://provider.example/\u{430}", " https://provider.example/",
    ])
    func `has no link to anything but a page of the web`(address: String) {
        #expect(!HTML.link(to: address, "label").markup.contains("<a"))
    }

    @Test func `has an address as it is, escaped`() {
        #expect(
            HTML.link(to: "https://provider.example/?a=1&b=\"2\"", "there").markup
                == "<a href=\"https://provider.example/?a=1&amp;b=&quot;2&quot;\" rel=\"noreferrer noopener\">there</a>"
        )
    }

    @Test func `has no end tag where HTML knows none`() {
        #expect(HTML.element(.meta, [.charset: "utf-8"]).markup == "<meta charset=\"utf-8\">")
    }
}
