// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Command lines that are no good` {
    @Test(arguments: [
        "main", "/main/x", "main//x", "main/x/", "Main/x", "main/X", "main/ x", "main/.x", "main/-x", "main/../x",
        "main/é", "a/b/c/d/e/f/g/h/i", "main/" + String(repeating: "x", count: 65), "main/x\n", "main/x\u{1B}[2J",
    ])
    func `a path that is none is a usage error, and shows no control character`(path: String) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            for command in [
                ["token"], ["put"], ["get"], ["connect", "--yes"], ["app", "show"], ["rotate", "--leak"],
            ] {
                let end = try await program.run(command + ["--", path], input: .text("x"))
                end.expectRefusal(64)
                #expect(!end.errorBytes.contains(0x1B))
            }
            #expect(try await program.run("list", "--quiet").text.isEmpty)
        }
    }

    @Test func `a provider that nobody knows is a matter of configuration`() async throws {
        try await World.with(accounts: []) { world in
            let before = try await world.contents()
            let end = try await world.program.run(
                "app", "add", "main/new", "--provider", "nosuch", "--client-id", "x", input: .text("secret"))
            end.expectRefusal(78, saying: "provider")
            #expect(!end.errors.contains("secret\n"))
            try await world.program.run("provider", "show", "nosuch").expectRefusal(78)
            #expect(try await world.contents() == before)
        }
    }

    @Test func `plain HTTP to anything but loopback is refused before a secret is sent`() async throws {
        try await World.with(accounts: []) { world in
            let before = try await world.contents()
            for issuer in ["http://idp.example.com", "http://192.0.2.1", "http://localhost.example.com"] {
                let end = try await world.program.run(
                    "app", "add", "main/new", "--issuer", issuer, "--client-id", "x", input: .text("secret"))
                end.expectRefusal(78)
            }
            #expect(try await world.contents() == before)
        }
    }

    @Test func `a sandbox is on this machine or nowhere`() async throws {
        try await World.with(accounts: []) { world in
            for url in [
                "https://sandbox.example.com", "https://amocrm.localhost.example.com:8443", "ftp://amocrm.localhost",
            ] {
                let end = try await world.program.run(
                    "app", "add", "main/new", "--provider", "amocrm", "--sandbox", url, "--client-id", "x",
                    "--redirect-uri", "https://client.localhost/callback", input: .text("secret"))
                #expect(end.status != .exited(0), "\(url)")
                end.expectOneSentence()
            }
        }
    }

    @Test func `what is not there, is there already, or is of another kind is said`() async throws {
        try await World.with { world in
            let before = try await world.contents()
            let program = world.program
            for command in [["token", "main/none/acme"], ["get", "main/none"], ["app", "show", "main/none"]] {
                try await program.run(command).expectRefusal(66)
            }
            try await program.run("remove", "main/none", "--yes").expectRefusal(66)
            try await program.run("rotate", "main/none", "--leak").expectRefusal(66)
            try await program.run("rotate", "resume").expectRefusal(66)
            try await program.run("rotate", "show", "r-0000000000000000").expectRefusal(66)
            try await program.run("token", World.app).expectRefusal(64)
            try await program.run("put", World.app, input: .text("x")).expectRefusal(64)
            try await program.run("get", "main/crm#nosuch").expectRefusal(64)
            try await program.run("remove", World.app, "--yes").expectRefusal(64)
            try await program.run(world.appArguments(), input: .text("secret")).expectRefusal(64)
            #expect(try await world.contents() == before)
        }
    }

    @Test func `where nobody can be asked, it says what to give instead`() async throws {
        try await World.with { world in
            let before = try await world.contents()
            world.sandbox.log.clear()
            let program = world.program
            try await program.run("app", "add", "main/new", "--provider", "amocrm").expectRefusal(
                64, saying: "--client-id")
            try await program.run("connect", "main/crm/birch", "--paste").expectRefusal(64, saying: "--yes")
            try await program.run("remove", "main/crm/acme").expectRefusal(64, saying: "--yes")
            try await program.run(world.appArguments("main/new")).expectRefusal(64)
            try await program.run("put", "main/empty").expectRefusal(64)
            #expect(try await world.contents() == before)
            #expect(world.sandbox.log.records.isEmpty)
        }
    }

    @Test func `an error for programs is one object`() async throws {
        try await World.with { world in
            let end = try await world.program.run("token", "main/none/acme", "--json")
            #expect(end.status == .exited(66) && end.output.isEmpty)
            let object = try JSONSerialization.jsonObject(with: Data(end.errorBytes)) as? [String: [String: String]]
            let error = try #require(object?["error"])
            #expect(error["code"] == "not_found" && error["path"] == "main/none/acme" && error["message"] != nil)
        }
    }

    @Test func `a callback of another attempt is not taken, and nothing is sent`() async throws {
        try await World.with(accounts: []) { world in
            let foreign = try world.sandbox.authorize(account: "acme", state: "somebody-elses-state").callbackURL
            world.sandbox.log.clear()
            for text in [foreign, "nonsense", "https://client.localhost/callback?error=access_denied"] {
                let end = try await world.program.run(
                    "connect", "main/crm/acme", "--paste", "--yes", "--no-browser", input: .text(text))
                #expect(end.status != .exited(0) && end.output.isEmpty)
                #expect(!end.errors.contains("code="))
            }
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            #expect(try await world.status().isEmpty)
        }
    }
}
