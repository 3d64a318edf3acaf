// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What a string that was found calls for, as the operator at three in the morning meets it.
@Suite(.timeLimit(.minutes(4))) struct `A leaked string, with the real program` {
    /// Runs the command, and holds it to never repeating what leaked.
    private static func rotate(_ string: String, _ more: String..., by program: Program) async throws -> Finished {
        let end = try await program.run(["rotate", "--leaked", "-"] + more, input: .text(string + "\n"))
        #expect(!(end.text + end.errors).contains(string))
        return end
    }

    private static func actions(_ end: Finished) -> [String] {
        (end.json["steps"] as? [[String: Any]])?.compactMap { $0["action"] as? String } ?? []
    }

    private static func outcomes(_ end: Finished) -> [String] {
        (end.json["results"] as? [[String: Any]])?.compactMap { $0["outcome"] as? String } ?? []
    }

    @Test func `that is a client_secret proposes the app's rotation, and begins it after a yes`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let secret = world.sandbox.integration.clientSecret
            let before = try await world.contents()
            let shown = try await Self.rotate(secret, by: world.program)
            #expect(shown.status == .exited(85), "\(shown.errors)")
            for part in [
                "the client_secret of main/crm", "present", "its 2 connections", "coffer rotate main/crm --leak",
                "https://",
                "serve: old tokens are handed out",
            ] {
                #expect(shown.text.contains(part), "\(part): \(shown.text)")
            }
            #expect(shown.errors.contains("--yes"))
            #expect(try await world.contents() == before)

            let begun = try await Self.rotate(secret, "--yes", by: world.program)
            #expect(begun.status == .exited(82) && begun.text.contains("WHAT TO DO"), "\(begun.errors)\(begun.text)")
            // Asked again meanwhile, it says how to go on, and begins nothing.
            let again = try await Self.rotate(secret, "--yes", "--json", by: world.program)
            #expect(again.status == .exited(85) && Self.actions(again) == ["finish"], "\(again.text)")
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            try await world.program.run("rotate", "resume", input: .text(new))
            #expect(try await world.state("acme") == "active")

            // Later the same string is out of use here, and the provider is asked whether it is there too.
            let past = try await Self.rotate(secret, "--json", by: world.program)
            #expect(past.status == .exited(85) && Self.actions(past) == ["ask"], "\(past.text)")
            let asked = try await Self.rotate(secret, "--yes", "--json", by: world.program)
            #expect(asked.status == .exited(0) && Self.outcomes(asked) == ["dead"], "\(asked.text)\(asked.errors)")
        }
    }

    @Test func `that is an access token gets its connection new tokens, and proves the old one dead`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let (old, other) = (try await world.token("acme"), try await world.token("birch"))
            world.sandbox.log.clear()
            let shown = try await Self.rotate(old, "--json", by: world.program)
            #expect(shown.status == .exited(85) && Self.actions(shown) == ["reissue"], "\(shown.text)")
            #expect(world.sandbox.log.requests(for: .token).isEmpty)
            let done = try await Self.rotate(old, "--yes", "--json", by: world.program)
            #expect(Self.outcomes(done) == ["reissued"], "\(done.text)\(done.errors)")
            #expect(done.status == .exited(0), "\(done.text)")
            #expect(world.sandbox.log.requests(for: .token).count == 1)
            let new = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: old) == 401)
            #expect(try await world.accountStatus("acme", token: new) == 200)
            #expect(try await world.token("birch") == other)
            let past = try await Self.rotate(old, "--yes", "--json", by: world.program)
            #expect(past.status == .exited(0) && Self.outcomes(past) == ["dead"], "\(past.text)")
        }
    }

    @Test func `that is a refresh token is spent by a refresh; one that is spent is presented to nobody`() async throws
    {
        try await World.with { world in
            let token = try await world.field("main/crm/acme#refresh_token")
            let done = try await Self.rotate(token, "--yes", by: world.program)
            #expect(done.status == .exited(0), "\(done.text)\(done.errors)")
            #expect(done.text.contains("old refresh token is spent"), "\(done.text)")
            world.sandbox.log.clear()
            let spent = try await Self.rotate(token, "--yes", by: world.program)
            #expect(spent.status == .exited(85) && spent.text.contains("nothing has to be replaced"), "\(spent.text)")
            #expect(spent.errors.contains("must not be presented"))
            #expect(world.sandbox.log.requests(carrying: token).isEmpty)
        }
    }

    @Test func `that is a static secret proposes its rotation, and begins it after a yes`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/npm", input: .text("the value of npm"))
            for question in [[], ["--dry-run"]] {
                let shown = try await program.run(
                    ["rotate", "--leaked", "-"] + question, input: .text("the value of npm\n"))
                #expect(shown.status == .exited(85), "\(shown.errors)")
                for part in ["1. replace the static secret main/npm", "coffer rotate main/npm --leak", "step 1"] {
                    #expect(shown.text.contains(part), "\(part): \(shown.text)")
                }
                #expect(!shown.text.contains("(by hand)") && !shown.text.contains("connection"), "\(shown.text)")
            }
            #expect(try await program.run("rotate", "list", "--quiet").text.isEmpty)
            let begun = try await Self.rotate("the value of npm", "--yes", "--serve", by: program)
            #expect(begun.status == .exited(82) && begun.text.contains("WHAT TO DO"), "\(begun.errors)\(begun.text)")
            #expect(try await program.run("get", "main/npm").errors.contains("is tainted"))
            let again = try await Self.rotate("the value of npm", "--yes", "--json", by: program)
            #expect(again.status == .exited(85) && Self.actions(again) == ["finish"], "\(again.text)")
            let end = try await program.run("rotate", "resume", input: .text("another value"))
            #expect(end.status == .exited(83), "\(end.errors)")
            let past = try await Self.rotate("the value of npm", "--json", by: program)
            #expect(Self.actions(past) == ["withdraw"], "\(past.text)")
            try await program.run("remove", "main/npm", "--yes")
            let gone = try await Self.rotate("the value of npm", "--json", by: program)
            #expect(gone.status == .exited(85) && Self.actions(gone) == ["withdraw"], "\(gone.text)")
        }
    }

    @Test func `that is a static secret with a program is contained without a person`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/npm", input: .text("made-up-value-of-npm\n"))
            let replacing = try ReplacingProgram.ofValues("made-up-value-of-npm\n", in: home)
            try await program.run("rotate", "driver", "main/npm", "--command", replacing.path)
            let end = try await Self.rotate("made-up-value-of-npm", "--yes", "--json", by: program)
            #expect(end.status == .exited(0) && Self.outcomes(end) == ["closed"], "\(end.errors)\(end.text)")
            #expect(try await program.run("get", "main/npm").text == ReplacingProgram.held(in: home).first)
        }
    }

    /// How a secret was stored, and how it is found.
    @Test(arguments: ["made-up-a1b2", "made-up-a1b2\n", "made-up-a1b2\r\n"], ["", "\n", "\r\n", " \n"])
    func `is known with a line's end and without, whichever was stored`(stored: String, end: String) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/npm", input: .text(stored))
            let traced = try await program.run("audit", "trace", "--json", input: .text("made-up-a1b2" + end))
            #expect(traced.status == .exited(85) && traced.json["ours"] as? Bool == true, "\(traced.text)")
            let found = try await program.run(
                "rotate", "--leaked", "-", "--dry-run", "--json", input: .text("made-up-a1b2" + end))
            #expect(found.status == .exited(85) && Self.actions(found) == ["rotate"], "\(found.text)")
        }
    }

    @Test func `that is an identity takes that out of the vault before anything is replaced`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/npm", input: .text("made-up"))
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("ops", "--role", "issuer", "--space", "main")
                let text = try String(contentsOfFile: homes.guest.home.identity, encoding: .utf8)
                let first = try await world.program.run("rotate", "--leaked", "-", "--yes", input: .text(text))
                #expect(first.status == .exited(82), "\(first.errors)")
                #expect(first.text.contains("1. take the identity ops out of the vault"), "\(first.text)")
                #expect(first.errors.contains("nothing was done yet"))
                #expect(try await world.succeed("rotate", "list", "--quiet").text.isEmpty)
                try await world.succeed("identity", "remove", "ops", "--yes")
                let then = try await world.program.run("rotate", "--leaked", "-", "--yes", "--json", input: .text(text))
                #expect(then.status == .exited(82), "\(then.errors)")
                #expect(Self.actions(then) == ["rotate", "rotate"], "\(then.text)")
                #expect(Self.outcomes(then) == ["awaiting_operator", "awaiting_operator"], "\(then.text)")
            }
        }
    }

    @Test func `that is nobody's changes nothing, and no string is an argument`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            let end = try await Self.rotate("never seen here", by: program)
            #expect(end.status == .exited(0) && end.text.hasPrefix("ours"), "\(end.text)\(end.errors)")
            let given = try await program.run("rotate", "--leaked", "Sup3rS3cret", input: .text("x"))
            #expect(given.status == .exited(64) && !given.errors.contains("Sup3rS3cret"), "\(given.errors)")
            #expect(given.errors.contains("standard input"))
            try await program.run("put", "main/npm", input: .text("the value of npm"))
            try await TwoHomes.with(owner: program) { homes in
                try await homes.letIn("ci", "--role", "reader", "--space", "main")
                let reader = try await Self.rotate("the value of npm", by: homes.guest)
                #expect(reader.status == .exited(77), "\(reader.errors)")
            }
        }
    }
}
