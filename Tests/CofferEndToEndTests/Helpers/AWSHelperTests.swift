// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// With botocore itself: Tests/Clients.
@Suite(.timeLimit(.minutes(2))) struct `AWS, with the program as its credential_process` {
    @Test func `gets what was bound, and the record says for which profile`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run(
                "put", "main/aws",
                input: .text(#"{"AccessKeyId":"MADEUPKEYID","SecretAccessKey":"made-up-secret","Other":1}"#))
            try await program.run("bind", "aws", "deploy", "main/aws")
            let end = try await program.run("helper", "aws", "deploy")
            #expect(end.text == #"{"AccessKeyId":"MADEUPKEYID","SecretAccessKey":"made-up-secret","Version":1}"# + "\n")
            #expect(end.errors.isEmpty)
            #expect(try await program.run("audit", "show", "--json").text.contains("aws deploy"))
            #expect(try await program.run("bind", "--quiet").text == "aws deploy main/aws\n")
        }
    }

    @Test func `is told in one sentence what is wrong, without anything of the secret`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            // There is no vault yet: what was not bound is not looked for.
            try await program.run("helper", "aws", "deploy").expectRefusal(66, saying: "nothing is bound to deploy")
            try await program.run("init")
            try await program.run("bind", "aws", "deploy", "main/aws")
            try await program.run("helper", "aws", "deploy").expectRefusal(66, saying: "there is no main/aws yet")
            let unusable: [(String, Int32, String)] = [
                ("made-up-secret", 64, "main/aws: what is kept is no JSON object"),
                (#"{"AccessKeyId":"made-up","SecretAccessKey":"made up"}"#, 64, "its SecretAccessKey is empty, or"),
                (
                    #"{"AccessKeyId":"made-up","SecretAccessKey":"made-up","Expiration":"2001-01-01T00:00:00Z"}"#, 86,
                    "ended at 2001-01-01T00:00:00Z"
                ),
            ]
            for (value, status, sentence) in unusable {
                try await program.run("put", "main/aws", input: .text(value))
                let end = try await program.run("helper", "aws", "deploy")
                end.expectRefusal(status, saying: sentence)
                #expect(!end.errors.contains("made"))
            }
            try await program.run("bind", "aws", "two words", "main/aws").expectRefusal(65, saying: "without spaces")
        }
    }

    @Test func `gets no token of a connection`() async throws {
        try await World.with { world in
            try await world.succeed("bind", "aws", "deploy", "main/crm/acme")
            let end = try await world.program.run("helper", "aws", "deploy")
            end.expectRefusal(64, saying: "whose tokens are nothing to AWS")
        }
    }
}
