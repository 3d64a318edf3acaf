// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferToolProtocols

@Suite("Where git goes")
struct GitPlaceTests {
    @Test(arguments: [
        ("https://git.example.com", "https://git.example.com"),
        ("https://Git.Example.com:443/", "https://git.example.com"),
        ("https://git.example.com:8443/team/", "https://git.example.com:8443/team"),
        ("http://127.0.0.1:3000", "http://127.0.0.1:3000"), ("http://git.localhost", "http://git.localhost"),
        ("http://[::1]:3000/x", "http://[::1]:3000/x"),
    ])
    func `is named by a URL`(text: String, normal: String) throws { #expect(try GitPlace(match: text).text == normal) }

    @Test(arguments: [
        "", "git.example.com", "https:", "https://", "https:///x", "https://user@git.example.com",
        "ssh://git.example.com",
        "https://git.example.com?x", "https://git.example.com/a?b", "https://git.example.com/a#b", "https://a b",
        "https://git.example.com/a/../b", "https://git.example.com/%2e%2e", "https://git.example.com/a b", "https//x/y",
        "https://git.example.com/a\nb", "http://git.example.com", "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://127.1", "http://[::1].example.com",
        "https://git.example.com:", "https://git.example.com:x", "https://git.example.com:99999",
        "https://git.example.com:0443", "https://a:1:2",
        "https://[::1",
        "https://[]", "https://::1",
    ])
    func `is named by nothing else, and never over plain HTTP to others`(text: String) {
        #expect { try GitPlace(match: text) } throws: { ($0 as? ToolFailure)?.code == .invalid }
    }

    @Test(
        arguments: [
            ("https://h", "https", "h", nil, true), ("https://h", "https", "H:443", "any/path", true),
            ("https://h", "http", "h", nil, false), ("https://h", "https", "h:8443", nil, false),
            ("https://h", "https", "a.h", nil, false), ("https://h", "https", "h.example", nil, false),
            ("https://h/team", "https", "h", nil, false), ("https://h/team", "https", "h", "team/x.git", true),
            ("https://h/team", "https", "h", "team", true), ("https://h/team", "https", "h", "teams/x.git", false),
            ("https://h/team", "https", "h", "Team/x.git", false),
            ("https://h/team", "https", "h", "team/../other/x.git", false),
            ("https://h", "https", "h", "a/../b", false),
            // U+212A, the Kelvin sign, is a K for Swift.
            ("https://h/K-team", "https", "h", "K-team/x.git", true),
            ("https://h/K-team", "https", "h", "\u{212A}-team/x.git", false),
            ("https://h/team", "https", "h", "team/..\\other", false),
            ("https://h", "https", "h", "\u{212A}-team/a b.git", true),
        ] as [(String, String, String, String?, Bool)])
    func `is covered by the same host and by whole segments`(
        bound: String, scheme: String, host: String, path: String?, isCovered: Bool
    ) throws {
        let request = try #require(GitPlace(scheme: scheme, host: host, path: path))
        #expect(try GitPlace(match: bound).covers(request) == isCovered)
    }

    @Test(arguments: ["\u{212A}.example", "h\u{37E}", "\u{FF48}.example"])
    func `is no host beyond ASCII`(host: String) {
        #expect(GitPlace(scheme: "https", host: host, path: nil) == nil)
    }
}
