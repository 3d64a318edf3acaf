// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(3))) struct `The main job, with the real program` {
    @Test func `a second init changes nothing and says so`() async throws {
        try await Home.with { home in
            let program = Program(home: home)
            let first = try await program.run("init")
            #expect(first.status == .exited(0), "\(first.errors)")
            for place in [home.vault, home.identity] { #expect(first.text.contains(place)) }
            #expect(first.errors.contains("loses the identity loses the vault"))
            let files = home.files()
            let second = try await program.run("init")
            #expect(second.status == .exited(0))
            #expect(second.errors.contains("nothing was changed"))
            #expect(home.files()["config/coffer/identity"] == files["config/coffer/identity"])
            #expect(home.files()["data/coffer/vault.db"] == files["data/coffer/vault.db"])
        }
    }

    @Test func `three accounts are connected, shown, and each token works at its own account`() async throws {
        try await World.with(accounts: ["acme", "birch", "cedar"]) { world in
            let rows = try await world.status()
            #expect(rows.keys.sorted() == ["main/crm/acme", "main/crm/birch", "main/crm/cedar"])
            for account in world.sandbox.accounts {
                let row = try #require(rows["main/crm/\(account.name)"])
                #expect(row["state"] as? String == "active")
                #expect(row["provider"] as? String == "amocrm")
                #expect(row["app"] as? String == "main/crm")
                #expect(row["account_id"] as? String == String(account.id))
                #expect(row["account_url"] as? String == "https://\(world.sandbox.host(of: account))")
                for name in ["expires_at", "refresh_at"] {
                    #expect((row[name] as? String)?.hasSuffix("Z") == true, "\(name): \(row)")
                }
                let end = try await world.succeed("token", "main/crm/\(account.name)")
                #expect(end.errors.isEmpty)
                let token = String(end.text.dropLast())
                #expect(end.text == token + "\n" && !token.contains("\n") && !token.isEmpty)
                #expect(try await world.accountStatus(account.name, token: token) == 200)
            }
        }
    }

    @Test func `every list has a table, names for pipes and JSON with a version`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let names = "main/crm/acme\nmain/crm/birch\n"
            #expect(try await world.succeed("status", "--quiet").text == names)
            let table = try await world.succeed("status").text
            #expect(table.split(separator: "\n").count == 3)
            #expect(table.hasPrefix("CONNECTION"))
            #expect(try await world.succeed("list", "--quiet").text == "main/crm\n" + names)
            #expect(try await world.succeed("list", "main/crm/acme", "--quiet").text == "main/crm/acme\n")
            #expect(try await world.succeed("app", "list", "--quiet").text == "main/crm\n")
            for command in [["status"], ["list"], ["app", "list"], ["rotate", "list"], ["provider", "list"]] {
                let end = try await world.succeed(command + ["--json"])
                #expect(end.json["version"] as? Int == 1, "\(command): \(end.text)")
            }
            let app = try await world.succeed("app", "show", "main/crm", "--json")
            #expect(app.json["client_id"] as? String == world.sandbox.integration.clientID)
            #expect(!app.text.contains(world.sandbox.integration.clientSecret))
            let token = try await world.succeed("token", "main/crm/acme", "--format", "json")
            #expect(token.json["path"] as? String == "main/crm/acme")
            #expect(Set(token.json.keys).isSuperset(of: ["access_token", "token_type", "expires_at", "account_url"]))
        }
    }

    @Test func `only what is due or forced is refreshed, and the old token is dead`() async throws {
        try await World.with(accounts: ["acme", "birch"]) { world in
            let old = try await world.token("acme")
            #expect(try await world.succeed("refresh", "--quiet").text.isEmpty)
            #expect(world.sandbox.log.requests(for: .token).count == 2)
            let end = try await world.succeed("refresh", "--force", "main/crm/acme")
            #expect(end.text.contains("refreshed"))
            #expect(world.sandbox.log.requests(for: .token, account: "acme").map(\.status) == [200, 200])
            #expect(world.sandbox.log.requests(for: .token, account: "birch").count == 1)
            let new = try await world.token("acme")
            #expect(try await world.accountStatus("acme", token: old) == 401)
            #expect(try await world.accountStatus("acme", token: new) == 200)
        }
    }

    @Test func `a token that has expired is refreshed before it is printed`() async throws {
        let life = await ProgramClock.life
        try await World.with(lifetime: .seconds(life), movesTime: true) { world in
            let old = try await world.token("acme")
            let spent = try await world.field("main/crm/acme#refresh_token")
            try await world.letPass(seconds: life + 1)
            world.sandbox.log.clear()
            let new = try await world.token("acme")
            #expect(new != old)
            #expect(world.sandbox.log.requests(carrying: spent).map(\.status) == [200])
        }
    }

    @Test func `a demand that no token can meet is said, and strictly it is an error`() async throws {
        try await World.with(lifetime: .seconds(600)) { world in
            let first = try await world.token("acme")
            let end = try await world.succeed("token", "main/crm/acme", "--min-valid", "24h")
            #expect(end.text == first + "\n")
            end.expectOneSentence(saying: "less than was asked for")
            let strict = try await world.program.run(
                "token", "main/crm/acme", "--min-valid", "24h", "--min-valid-strict")
            strict.expectRefusal(75)
            #expect(world.sandbox.log.requests(for: .token).count <= 2)
        }
    }
}
