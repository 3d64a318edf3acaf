// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import NIOCore
import Testing

@testable import CofferAgent

@Suite struct `JSON that the agent writes` {
    private static func object(_ body: (inout JSONWriter) -> Void) throws -> [String: Any] {
        let bytes = Data(JSONWriter(body).buffer.readableBytesView)
        return try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    @Test func `is read back as it was meant`() throws {
        let every = (0...0x7F).map { String(UnicodeScalar($0)) }.joined() + "é 漢 🔑"
        let read = try Self.object { object in
            object.member("text", every)
            object.member("secret", revealing: Secret(every))
            object.member("number", -7)
            object.member("flag", true)
            object.member("at", Date(timeIntervalSince1970: 1_763_694_518.9))
            object.member("absent", String?.none)
            object.member("inner") { $0.member("empty", "") }
            object.member("items", [1, 2]) { $0.member("n", $1) }
            object.member("none", [Int]()) { $0.member("n", $1) }
            object.member("last", 1)
        }
        #expect(read["text"] as? String == every)
        #expect(read["secret"] as? String == every)
        #expect(read["number"] as? Int == -7)
        #expect(read["flag"] as? Bool == true)
        #expect(read["at"] as? String == "2025-11-21T03:08:38Z")
        #expect((read["inner"] as? [String: Any])?["empty"] as? String == "")
        #expect((read["items"] as? [[String: Any]])?.compactMap { $0["n"] as? Int } == [1, 2])
        #expect((read["none"] as? [Any])?.isEmpty == true)
        #expect(read["last"] as? Int == 1)
        #expect(read["absent"] == nil && read.count == 9)
    }

    @Test(arguments: 0...10) func `has bytes in base64 as RFC 4648 says`(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 0xFF &- $0 &* 37) }
        let read = try Self.object {
            $0.member("bytes", base64: Secret(bytes: bytes))
            $0.member("last", 1)
        }
        #expect(read["bytes"] as? String == Data(bytes).base64EncodedString() && read["last"] as? Int == 1)
    }

    @Test func `has no line break and no control character in it`() {
        let bytes = JSONWriter { $0.member("text", "a\r\n\t\u{0}\u{7F}b") }.buffer.readableBytesView
        #expect(bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
}
