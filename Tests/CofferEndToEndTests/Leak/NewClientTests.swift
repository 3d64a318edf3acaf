// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A local application of Bitrix24 is deleted and added anew: it has another client id, and nothing that was granted before.
@Suite(.timeLimit(.minutes(4))) struct `Another client id, with the real program` {
    private static let accounts = ["acme", "birch"]
    private static let prompt = "the new client id (type the old one if it stays):"
    private static let hiddenPrompt = "the new secret (not shown):"

    private static func clientID(_ world: World) async throws -> String? {
        try await world.succeed("app", "show", World.app, "--json").json["client_id"] as? String
    }

    @Test func `is given with the secret, and every account logs in again by its link`() async throws {
        try await World.with(.bitrix24, accounts: Self.accounts) { world in
            let log = world.sandbox.log
            let old = world.sandbox.integration
            var tokens: [String] = []
            for account in Self.accounts { tokens.append(try await world.field("main/crm/\(account)#refresh_token")) }
            let plan = try await world.succeed("rotate", World.app, "--leak", "--dry-run")
            #expect(plan.text.contains("every account has to be connected again by a person"), "\(plan.text)")
            let opened = try await world.program.run("rotate", World.app, "--leak")
            #expect(opened.status == .exited(82) && opened.text.contains("--client-id NEW-ID"), "\(opened.text)")
            let new = try world.sandbox.addAnew(old)
            log.clear()

            // That the id is the old one is said, and not guessed; with it the new secret is refused, which leaves everything
            // as it was.
            let unsaid = try await world.program.run("rotate", "resume", input: .text(new.clientSecret))
            #expect(unsaid.status == .exited(64) && unsaid.errors.contains("--client-id"), "\(unsaid.errors)")
            let refused = try await world.program.run(
                "rotate", "resume", "--client-id", old.clientID, input: .text(new.clientSecret))
            #expect(refused.status == .exited(82), "\(refused.errors)")
            let none = try await world.program.run(
                "rotate", "resume", "--client-id", "two words", input: .text(new.clientSecret))
            #expect(none.status == .exited(64) && none.errors.contains("--client-id"), "\(none.errors)")
            #expect(try await Self.clientID(world) == old.clientID)

            let closed = try await world.program.run(
                "rotate", "resume", "--client-id", new.clientID, input: .text(new.clientSecret + "\n"))
            #expect(closed.status == .exited(83), "\(closed.errors)\(closed.text)")
            #expect(closed.text.contains("the client id has changed") && closed.text.contains("coffer rotate links"))
            for secret in [old.clientSecret, new.clientSecret] {
                #expect(!closed.text.contains(secret) && !closed.errors.contains(secret))
            }
            let withOld = log.requests(carrying: old.clientSecret)
            #expect(!withOld.isEmpty)
            #expect(withOld.allSatisfy { $0.status == 400 && $0.grantType == "authorization_code" })
            for token in tokens { #expect(!log.wasSent(secret: token)) }
            #expect(try await Self.clientID(world) == new.clientID)
            #expect(try await world.field("main/crm#client_secret") == new.clientSecret)
            for account in Self.accounts { #expect(try await world.state(account) == "needs_reauthorization") }

            let document = try await world.succeed("rotate", "links", "--json").json
            let id = try #require(document["rotation"] as? String)
            for link in try #require(document["links"] as? [[String: Any]]) {
                let path = try #require(link["path"] as? String)
                let query = World.query(of: try #require(link["url"] as? String))
                #expect(query["client_id"] == new.clientID)
                let account = String(path.split(separator: "/").last ?? "")
                let callback = try world.sandbox.authorize(account: account, state: query["state"], integration: new)
                try await world.succeed(
                    "connect", path, "--link", id, "--yes", input: .text(callback.callbackURL + "\n"))
                try await world.succeed("refresh", "--force", path)
                #expect(try await world.state(account) == "active")
            }
            for token in tokens { #expect(!log.wasSent(secret: token)) }
        }
    }

    @Test func `is asked for before the secret, and seen, at a terminal`() async throws {
        try await World.with(.bitrix24) { world in
            let new = try world.sandbox.addAnew(world.sandbox.integration)
            let sitting = try await world.program.sit(
                ["rotate", World.app, "--leak"],
                [
                    .types("\n", at: "press Enter, then click"), .types("\n", at: Self.prompt),
                    .types("two words\n", at: Self.prompt),
                    .types(new.clientSecret + "\n", at: Self.hiddenPrompt),
                    .types(new.clientID + "\n", at: Self.prompt),
                    .types(new.clientSecret + "\n", at: Self.hiddenPrompt),
                ])
            #expect(sitting.status == 83, "\(sitting.screen)")
            #expect(sitting.screen.contains("must be printable text without spaces"), "\(sitting.screen)")
            #expect(sitting.screen.contains(new.clientID) && !sitting.screen.contains(new.clientSecret))
            #expect(try await world.field("main/crm#client_secret") == new.clientSecret)
        }
    }

    @Test func `is not lost where nobody is asked for a secret`() async throws {
        try await World.with { world in
            let opened = try await world.program.run("rotate", World.app, "--leak", "--client-id", "made-up-id")
            #expect(opened.status == .exited(82), "\(opened.errors)")
            #expect(opened.errors.contains("--client-id was not used"), "\(opened.errors)")
        }
    }

    @Test func `is refused before anything is opened where none goes with the value`() async throws {
        try await World.with { world in
            try await world.succeed("put", "main/api-key", input: .text("made-up-value\n"))
            let end = try await world.program.run("rotate", "main/api-key", "--leak", "--client-id", "made-up-id")
            #expect(end.status == .exited(64) && end.errors.contains("is a static secret"), "\(end.errors)")
            let open = try await world.program.run("rotate", "list", "--open")
            #expect(!open.text.contains("main/api-key"), "\(open.text)")
        }
    }

    @Test func `is rehearsed by a drill as it is in earnest`() async throws {
        try await World.with(.bitrix24) { world in
            let end = try await world.program.run("rotate", "drill", World.app, "--json")
            #expect(end.status == .exited(83), "\(end.errors)\(end.text)")
            let connections = try #require(end.json["connections"] as? [[String: Any]])
            #expect(connections.allSatisfy { $0["outcome"] as? String == "needs_person" }, "\(end.text)")
            #expect(end.errors.contains("connect again"), "\(end.errors)")
            #expect(try await world.state("acme") == "active")
        }
    }
}
