// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// What is sent to the owner of an account that a rotation could not refresh, and what comes back.
@Suite(.timeLimit(.minutes(4))) struct `Links to log in again, with the real program` {
    /// Contains a leak, after the grant of `acme` was withdrawn at the provider.
    private static func contain(_ world: World) async throws -> Finished {
        try world.sandbox.revokeAccess(of: "acme")
        #expect(try await world.program.run("rotate", World.app, "--leak").status == .exited(82))
        let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
        return try await world.program.run("rotate", "resume", input: .text(new))
    }

    @Test func `are named in the report, are printed, and where they end is taken by another run`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let end = try await Self.contain(world)
            #expect(end.status == .exited(83), "\(end.errors)")
            let document = try await world.succeed("rotate", "links", "--json").json
            let id = try #require(document["rotation"] as? String)
            #expect(document["version"] as? Int == 1)
            #expect(end.text.contains("coffer rotate links \(id)"), "\(end.text)")
            let links = try #require(document["links"] as? [[String: Any]])
            #expect(links.compactMap { $0["path"] as? String } == ["main/crm/acme"])
            let url = try #require(links.first?["url"] as? String)
            let command = "connect main/crm/acme --link \(id)"
            #expect(links.first?["command"] as? String == "coffer \(command)")
            #expect(
                try await world.succeed("rotate", "links", id).text
                    == "main/crm/acme\n  \(url)\n  coffer \(command)\n")

            let callback = try world.sandbox.authorize(account: "acme", state: World.query(of: url)["state"])
                .callbackURL
            let words = command.split(separator: " ").map(String.init) + ["--yes"]
            let stray = try await world.program.run(
                words, input: .text(callback.replacing("state=", with: "state=x") + "\n"))
            #expect(stray.status != .exited(0))
            #expect(try await world.state("acme") == "needs_reauthorization")
            // Whoever holds the link may answer with an account of their own: nobody need notice for it to be refused.
            let foreign = try world.sandbox.authorize(account: "birch", state: World.query(of: url)["state"])
                .callbackURL
            let refused = try await world.program.run(words, input: .text(foreign + "\n"))
            #expect(refused.status == .exited(64) && refused.output.isEmpty)
            #expect(refused.errors.contains("the link was for account "), "\(refused.errors)")
            #expect(try await world.state("acme") == "needs_reauthorization")
            try await world.succeed(words, input: .text(callback + "\n"))
            #expect(try await world.state("acme") == "active")
            #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            let after = try await world.succeed("rotate", "links", id)
            #expect(after.text.isEmpty && after.errors.contains("no account has to log in again"), "\(after.errors)")
        }
    }

    @Test func `of a rotation that is none, or together with another request, are refused in a sentence`() async throws
    {
        try await World.with { world in
            try await world.program.run(
                "connect", "main/crm/acme", "--yes", "--link", "r-0123456789abcdef", input: .text("https://x/?code=y\n")
            )
            .expectRefusal(66, saying: "there is no rotation r-0123456789abcdef")
            for more in [["--device"], ["--scope", "a"], ["--client-credentials"], ["--account-host", "a.example"]] {
                let end = try await world.program.run(
                    ["connect", "main/crm/acme", "--yes", "--link", "r-0123456789abcdef"] + more)
                #expect(end.status == .exited(64) && end.output.isEmpty)
                #expect(end.errors.contains("--link goes with --paste alone"), "\(end.errors)")
            }
        }
    }
}
