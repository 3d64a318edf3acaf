// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCommands

@Suite struct `A reference to an entry` {
    @Test(
        arguments: [
            ("main/a", "main/a", nil), ("main/a#value", "main/a", "value"), ("coffer://main/a", "main/a", nil),
            ("coffer://main/a/b#account_url", "main/a/b", "account_url"),
        ] as [(String, String, String?)])
    func `is a path and perhaps a field`(text: String, path: String, field: String?) throws {
        let reference = try EntryReference(text)
        #expect(reference.path.description == path)
        #expect(reference.field == field)
    }

    @Test(arguments: ["", "#value", "main", "main/a#", "main/a#Value", "main/a#a#b", "http://main/a", "coffer:main/a"])
    func `is nothing else`(text: String) {
        #expect(throws: (any Error).self) { try EntryReference(text) }
    }

    @Test func `takes its field from one place`() throws {
        #expect(try EntryReference("main/a", field: "value").field == "value")
        #expect(throws: CommandError.self) { try EntryReference("main/a#value", field: "value") }
    }

    @Test(
        arguments: [
            ("main/a", false), ("main/a#value", false), ("main/a#access_token", false), ("main/a#account_url", true),
            ("main/a#client_secret", true), ("main/a#refresh_token", true),
        ])
    func `is to what an agent hands out, or to what is the vault's alone`(text: String, isVaultsAlone: Bool) throws {
        #expect(try EntryReference(text).isVaultsAlone == isVaultsAlone)
    }
}
