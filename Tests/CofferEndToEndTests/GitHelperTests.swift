// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// Runs git with the program as its helper for one host.
private struct Git {
    static let host = "https://git.example.com"

    let program: Program

    /// `git credential fill|approve|reject`, with what it reads.
    @discardableResult func credential(_ operation: String, _ lines: [String], helper: String? = nil) async throws
        -> Finished
    {
        // The operation comes behind the program's arguments, which are its own for git.
        try await program.run(
            [operation], input: .text((lines + ["", ""]).joined(separator: "\n")),
            environment: [
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_ASKPASS": "/bin/false",
                "GIT_CONFIG_COUNT": "2", "GIT_CONFIG_KEY_0": "credential.helper",
                "GIT_CONFIG_VALUE_0": helper ?? "!'\(Program.path)' helper git",
                "GIT_CONFIG_KEY_1": "credential.useHttpPath",
                "GIT_CONFIG_VALUE_1": "true",
            ], script: #"exec git credential "$@""#)
    }

    /// What `fill` says, by key.
    func fill(_ more: String..., helper: String? = nil) async throws -> [String: String] {
        let end = try await credential("fill", ["protocol=https", "host=git.example.com"] + more, helper: helper)
        let pairs = end.text.split(separator: "\n").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.map { ($0[0], $0.count > 1 ? $0[1] : "") }) { $1 }
    }
}

@Suite(.timeLimit(.minutes(4))) struct `git, with the program as its helper` {
    @Test func `gets a connection's token with its end, and another one once a server refused it`() async throws {
        try await World.with(movesTime: true) { world in
            let git = Git(program: world.program)
            try await world.succeed("bind", "git", Git.host, "main/crm/acme")
            let token = try await world.token("acme")
            let filled = try await git.fill()
            #expect(filled["username"] == "oauth2")
            #expect(filled["password"] == token)
            // git knows the end of a password since 2.40.
            let direct = try await world.succeed(
                "helper", "git", "get", input: .text("protocol=https\nhost=git.example.com\n"))
            let connection = try #require(try await world.status()["main/crm/acme"])
            let end = try #require((connection["expires_at"] as? String).flatMap { try? Date($0, strategy: .iso8601) })
            #expect(
                direct.text
                    == "username=oauth2\npassword=\(token)\npassword_expiry_utc=\(Int(end.timeIntervalSince1970))\n")

            let lines = filled.map { "\($0)=\($1)" }
            // git tells every helper what worked, and the token stays what it is.
            #expect(try await git.credential("approve", lines).status == .exited(0))
            #expect(try await world.token("acme") == token)
            // A token that was just made is not doubted.
            try await world.letPass(seconds: 600)
            #expect(try await git.credential("reject", lines).status == .exited(0))
            let next = try await git.fill()
            #expect(next["password"] != nil && next["password"] != token)
            // The same in a scheme of its own, which has no password (git 2.46).
            try await world.letPass(seconds: 600)
            let place = "protocol=https\nhost=git.example.com\n"
            try await world.succeed(
                "helper", "git", "erase",
                input: .text(place + "authtype=Bearer\ncredential=\(next["password"] ?? "")\n"))
            #expect(try await git.fill()["password"] != next["password"])
        }
    }

    @Test func `stores what was typed where it was bound, gets it back whole, and takes back only that`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("bind", "git", Git.host, "main/git")
            let git = Git(program: program)
            #expect(try await git.fill().isEmpty)
            let typed = ["protocol=https", "host=git.example.com", "username=ada", "password=made-up-typed"]
            #expect(try await git.credential("approve", typed).status == .exited(0))
            let filled = try await git.fill()
            #expect(filled["username"] == "ada" && filled["password"] == "made-up-typed")
            #expect(try await git.fill("username=bob")["password"] == nil)

            // A list of submodules may name a user and a password of its own, which git stores as well.
            let foreign = ["protocol=https", "host=git.example.com", "username=mallory", "password=made-up-foreign"]
            let refused = try await git.credential("approve", foreign)
            #expect(refused.errors.contains("it is another name's") && !refused.errors.contains("made-up"))
            #expect(try await git.fill()["password"] == "made-up-typed")
            // Another helper's token that a server refused, as git 2.46 and newer tell it.
            try await program.run(
                "helper", "git", "erase",
                input: .text(
                    "protocol=https\nhost=git.example.com\nauthtype=Bearer\ncredential=made-up-refused\n"))
            #expect(try await git.fill()["password"] == "made-up-typed")

            let before = try await program.run("list", "--json").text
            try await git.credential("approve", typed)
            #expect(try await program.run("list", "--json").text == before, "the same again is not written again")
            try await git.credential("reject", Array(typed.prefix(3)) + ["password=another"])
            #expect(try await git.fill()["password"] == "made-up-typed")
            try await git.credential("reject", Array(typed.prefix(4)))
            #expect(try await git.fill().isEmpty)
            #expect(try await program.run("get", "main/git").status == .exited(66))
        }
    }

    /// git hands these on since 2.40 and 2.41, so that an older one can't be asked; `Tests/Clients` asks a newer one.
    @Test func `has the end and the refresh token of what it stored kept, and what is for now alone not stored`()
        async throws
    {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("bind", "git", Git.host, "main/git")
            let place = "protocol=https\nhost=git.example.com\n"
            let kept = """
                username=ada
                password=made-up-typed
                password_expiry_utc=4102444800
                oauth_refresh_token=made-up-refresh

                """
            try await program.run("helper", "git", "store", input: .text(place + kept + "ephemeral=1\n"))
            #expect(try await program.run("helper", "git", "get", input: .text(place)).text.isEmpty)
            try await program.run("helper", "git", "store", input: .text(place + kept))
            #expect(try await program.run("helper", "git", "get", input: .text(place)).text == kept)
        }
    }

    @Test func `gets a password that somebody put there with the name it was bound with, and changes it in nothing`()
        async throws
    {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/team", input: .text("made-up-team-token\n"))
            try await program.run("put", "main/rest", input: .text("made-up-rest-token"))
            try await program.run("bind", "git", Git.host + "/team", "main/team", "--username", "ci")
            try await program.run("bind", "git", Git.host, "main/rest", "--username", "x-token")
            let git = Git(program: program)
            #expect(try await git.fill("path=team/a.git")["password"] == "made-up-team-token")
            #expect(try await git.fill("path=teams/a.git")["password"] == "made-up-rest-token")
            #expect(try await git.fill()["username"] == "x-token")
            try await program.run("bind", "git", Git.host, "main/team", "--username", "ada")
            #expect(try await git.fill("username=ada")["password"] == "made-up-team-token")
            #expect(try await git.fill("username=bob").isEmpty)
            try await program.run("helper", "git", "get", input: .text("protocol=https\nhost=git.example.com\n"))
                .expectRefusal(78, saying: "several names are bound to https://git.example.com")
            try await program.run("bind", "git", Git.host, "--remove", "--username", "ada")
            let lines = ["protocol=https", "host=git.example.com", "username=x-token", "password=made-up-other"]
            let approved = try await git.credential("approve", lines)
            #expect(approved.errors.contains("git did not store it"))
            #expect(!approved.errors.contains("made-up"))
            try await git.credential("reject", Array(lines.prefix(3)) + ["password=made-up-rest-token"])
            #expect(try await program.run("get", "main/rest").text == "made-up-rest-token")
        }
    }

    @Test func `is told nothing for another host, without the vault being opened`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            // There is no vault: to look into it would fail.
            try await program.run("bind", "git", "https://elsewhere.example", "main/git")
            let end = try await program.run(
                "helper", "git", "get", input: .text("protocol=https\nhost=git.example.com\n\n"))
            #expect(end.status == .exited(0))
            #expect(end.text.isEmpty && end.errors.isEmpty)
            for text in ["protocol=https\n", "host=elsewhere.example\n"] {
                try await program.run("helper", "git", "get", input: .text(text))
                    .expectRefusal(65, saying: "nothing stands for every host")
            }
            try await program.run(
                "helper", "git", "get", input: .text("protocol=https\nhost=git.example.com\rhost=elsewhere.example\n")
            ).expectRefusal(65, saying: "none of git's")
            #expect(try await program.run("helper", "git", "of-tomorrow").status == .exited(0))
        }
    }

    @Test func `gets a token by itself where it can present one`() async throws {
        try await World.with { world in
            try await world.succeed("bind", "git", Git.host, "main/crm/acme", "--bearer")
            let token = try await world.token("acme")
            let request = "protocol=https\nhost=git.example.com\n"
            let able = try await world.succeed(
                "helper", "git", "get", input: .text("capability[]=authtype\n" + request))
            #expect(able.text.hasPrefix("capability[]=authtype\nauthtype=Bearer\ncredential=\(token)\nephemeral=1\n"))
            let unable = try await world.program.run("helper", "git", "get", input: .text(request))
            unable.expectRefusal(78, saying: "this git can't present a token by itself")
            #expect(try await world.succeed("helper", "git", "capability").text == "version 0\ncapability authtype\n")
        }
    }

    @Test func `finds it by the name of its link`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/git", input: .text("made-up-token"))
            try await program.run("bind", "git", Git.host, "main/git", "--username", "ada")
            let link = home.path + "/git-credential-coffer"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Program.path)
            #expect(try await Git(program: program).fill(helper: link)["password"] == "made-up-token")
        }
    }

    @Test func `what is bound can be listed and taken away, and an app can't be bound to`() async throws {
        try await World.with { world in
            #expect(try await world.succeed("bind").errors.contains("nothing is bound"))
            try await world.succeed("bind", "git", "https://GIT.example.com:443/", "main/crm/acme", "--username", "ada")
            #expect(try await world.succeed("bind", "--quiet").text == "git https://git.example.com main/crm/acme\n")
            let rows = try await world.succeed("bind", "--json").json["bindings"] as? [[String: Any]]
            #expect(rows?.first?["username"] as? String == "ada")
            try await world.succeed("bind", "git", Git.host, "main/crm")
            let end = try await world.program.run(
                "helper", "git", "get", input: .text("protocol=https\nhost=git.example.com\n"))
            end.expectRefusal(64, saying: "main/crm is an app")
            try await world.succeed("bind", "git", Git.host, "--remove")
            try await world.program.run("bind", "git", Git.host, "--remove")
                .expectRefusal(66, saying: "nothing is bound to https://git.example.com")
            try await world.program.run("bind", "git", "http://git.example.com", "main/crm/acme")
                .expectRefusal(65, saying: "over plain HTTP everybody on the way would read it")
        }
    }
}
