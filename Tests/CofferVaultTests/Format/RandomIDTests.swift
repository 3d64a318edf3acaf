// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@Suite struct RandomIDTests {
    @Test func `an id reads back from its text`() throws {
        let id = EntryID.random()
        #expect(EntryID(hexadecimal: id.description) == id)
        #expect(try EntryID(id.bytes) == id)
        #expect(id.description.count == 32)
        #expect(EntryID.random() != id)
    }

    @Test(arguments: [
        "", "00", "g0000000000000000000000000000000", "000000000000000000000000000000000",
        "０0000000000000000000000000000",
    ])
    func `another text is no id`(text: String) {
        #expect(EntryID(hexadecimal: text) == nil)
    }

    @Test(arguments: [0, 15, 17])
    func `an id has 16 bytes`(byteCount: Int) {
        #expect(throws: VaultError.damaged) { try EntryID([UInt8](repeating: 0, count: byteCount)) }
    }
}
