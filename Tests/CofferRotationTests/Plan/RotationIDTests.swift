// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@Suite struct `A rotation's id` {
    @Test func `is r and sixteen hexadecimal digits, small numbers padded`() throws {
        #expect(RotationID(random: 0xBEEF).description == "r-000000000000beef")
        #expect(RotationID(random: .max).description == "r-ffffffffffffffff")
        #expect(try RotationID("r-0123456789abcdef").description == "r-0123456789abcdef")
    }

    @Test(arguments: [
        "", "r-", "r-0123456789abcde", "r-0123456789abcdef0", "r-0123456789ABCDEF", "x-0123456789abcdef",
        "r-0123456789abcdeg",
    ])
    func `is nothing else`(text: String) {
        #expect(throws: RotationError(.invalidID, "")) { try RotationID(text) }
    }

    @Test func `is a plain text in JSON and is checked when read`() throws {
        let row = try JSONEncoder().encode([RotationID(random: 1)])
        #expect(String(decoding: row, as: UTF8.self) == #"["r-0000000000000001"]"#)
        #expect(throws: RotationError(.invalidID, "")) {
            try JSONDecoder().decode([RotationID].self, from: Data(#"["r-1"]"#.utf8))
        }
    }
}
