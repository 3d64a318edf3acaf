// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// What looks for secrets must find them, or finding none says nothing.
@Suite struct `A marker` {
    private static let secret = "MARKER-0123456789-abcdefghij"

    /// The ways in which a careless program would write it down, among other bytes.
    static let texts: [String] =
        ["x\(secret)y", Data(secret.utf8).map { String(format: "%02x", $0) }.joined()]
        + (0...5).map { Data((String(repeating: "?", count: $0) + secret + "tail").utf8).base64EncodedString() }

    @Test(arguments: texts)
    func `is found in the plain, in hex and in base64, wherever it begins`(text: String) {
        #expect(Marker("it", Self.secret).isIn(Array(text.utf8)))
    }

    @Test func `is not found where it is not`() {
        #expect(!Marker("it", Self.secret).isIn(Array("MARKER-0123456789-abcdefghi".utf8)))
    }
}
