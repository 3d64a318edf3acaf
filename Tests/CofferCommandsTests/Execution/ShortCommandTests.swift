// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCommands

@Suite struct `A command line of the short way` {
    @Test(
        arguments: [
            (["token", "main/crm/acme"], nil),
            (["token", "main/crm/acme", "--min-valid", "5m"], 300),
            (["token", "--min-valid=90s", "main/crm/acme"], 90),
            (["token", "--format", "value", "main/crm/acme"], nil),
            (["token", "main/crm/acme", "--format=value", "--min-valid", "0s"], 0),
        ] as [([String], Int64?)])
    func `asks for a token, and says for how long at the most`(arguments: [String], seconds: Int64?) throws {
        let command = try #require(ShortCommand(arguments))
        #expect(command.path == (try CredentialPath("main/crm/acme")))
        #expect(command.minimumValidity == seconds.map { .seconds($0) })
    }

    @Test(arguments: [
        [], ["token"], ["get", "main/crm/acme"], ["tokens", "main/crm/acme"], ["token", "main"], ["token", "-h"],
        ["token", "--help", "main/crm/acme"], ["token", "main/crm/acme", "--json"],
        ["token", "main/crm/acme", "main/crm/birch"], ["token", "--", "main/crm/acme"],
        ["token", "main/crm/acme", "--format", "json"], ["token", "main/crm/acme", "--format=header"],
        ["token", "main/crm/acme", "--format"], ["token", "main/crm/acme", "--format=value", "--format=value"],
        ["token", "main/crm/acme", "--min-valid"], ["token", "main/crm/acme", "--min-valid="],
        ["token", "main/crm/acme", "--min-valid", "5"], ["token", "main/crm/acme", "--min-valid=1m=2m"],
        ["token", "main/crm/acme", "--min-valid", "5m", "--min-valid", "5m"],
        ["token", "main/crm/acme", "--min-valid-strict", "--min-valid", "5m"],
        ["token", "main/crm/acme", "--reveal"], ["token", "main/crm/acme", "--no-agent"],
        ["token", "main/crm/acme", "--vault", "/v"], ["token", "main/crm/acme", "--vault=/v"],
        ["token", "main/crm/acme", "--identity-file", "/i"], ["token", "main/crm/acme", "--reason", "made up"],
        ["token", "main/crm/acme", "--scope", "read"], ["token", "main/crm/acme", "--wait", "1s"],
        ["token", "main/crm/acme#access_token"], ["token", "coffer://main/crm/acme"], ["token", "Main/crm"],
        ["helper", "git", "get"], ["token", ""], ["token", "main/crm/acme", ""],
    ])
    func `is no other`(arguments: [String]) {
        #expect(ShortCommand(arguments) == nil)
    }
}
