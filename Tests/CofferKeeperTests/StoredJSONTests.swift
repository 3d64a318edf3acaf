// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `JSON inside boxes` {
    /// Foundation's decoder ends the process for the 513th; the fuzzer found it.
    @Test(arguments: [33, 512, 513, 514, 100_000]) func `brackets beyond what we write are refused`(_ count: Int) {
        for bracket in ["[", "{\"a\":"] {
            let bytes = Array(String(repeating: bracket, count: count).utf8)
            #expect(throws: VaultError.damaged) { try StoredJSON.decode([String].self, from: bytes) }
        }
    }

    @Test func `brackets in a text do not count`() throws {
        let text = String(repeating: "[{\\\"", count: 100)
        #expect(try StoredJSON.decode([String].self, from: Array("[\"\(text)\"]".utf8)).first?.count == 300)
    }
}
