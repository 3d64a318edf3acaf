// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferProxy

/// What becomes of a target before it goes to the API.
@Suite struct `The path of a request` {
    @Test(arguments: [
        ("/", "/"), ("/a", "/a"), ("/a/", "/a/"), ("/a/b?c=%2e%2e/&d=/../", "/a/b?c=%2e%2e/&d=/../"),
        ("/a/./b", "/a/b"), ("/a/../b", "/b"), ("/../../b", "/b"), ("/a/..", "/"), ("/a/.", "/a/"), ("/..", "/"),
        ("/a/%2e%2e/b", "/b"), ("/a/%2E./b", "/b"), ("/%61%7E", "/a~"), ("/g%2Fp", "/g%2Fp"), ("/a//b", "/a//b"),
        ("/a/..//b", "/b"), ("/%D0%BF", "/%D0%BF"), ("/a%20b", "/a%20b"), ("/?x", "/?x"),
    ])
    func `is brought into the form that everybody reads alike`(from: String, to: String) throws {
        #expect(try TargetPath.normalised(from) == to)
    }

    @Test(arguments: ["//a", "//", "/a\\b", "/%5C", "/%00", "/%7f", "/%", "/%4", "/%g0", "/a#b", "/a b", "/é"])
    func `is refused where it can be read in two ways`(target: String) {
        #expect(throws: Refusal.self) { try TargetPath.normalised(target) }
    }
}
