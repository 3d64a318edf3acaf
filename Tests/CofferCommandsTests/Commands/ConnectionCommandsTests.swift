// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `coffer app, connect, token, refresh and status` {
    private static let add = "app add main/idp --issuer \(ScriptedServer.issuer) --client-id cid"

    private let server = ScriptedServer()
    private let world: CommandWorld

    init() async throws {
        world = try CommandWorld(server)
        _ = await world.run("init")
    }

    /// Adds the app and connects it.
    private func connect() async {
        #expect(await world.run(Self.add, typing: "marker-secret\n").status == .done)
        #expect(await world.run("connect main/idp/service --client-credentials --yes").status == .done)
    }

    @Test func `an app is added with the secret of standard input, which no command shows`() async {
        let added = await world.run(Self.add, typing: "marker-secret\n")
        #expect(added.status == .done)
        let outcomes = [
            added, await world.run("app list"), await world.run("app list --json"),
            await world.run("app show main/idp"), await world.run("app show main/idp --json"),
            await world.run("list"), await world.run("status --json"),
        ]
        for outcome in outcomes {
            #expect(outcome.status == .done)
            #expect(!(outcome.output + outcome.errors).contains("marker-secret"))
        }
        #expect(await world.run("get main/idp#client_secret").output == "marker-secret")
        #expect(await world.run("get main/idp --field client_id").output == "cid")
    }

    @Test func `an app is added with the longest that its tokens live`() async {
        let added = await world.run(Self.add + " --max-lifetime 90m", typing: "marker-secret\n")
        #expect(added.status == .done)
        #expect(added.output.contains("at most 90m"))
        let shown = await world.run("app show main/idp --json")
        #expect(shown.object["maximum_lifetime_seconds"] as? Int == 5400)
        let other = Self.add.replacing("main/idp", with: "main/b")
        for text in ["59s", "0s", "-1h", "soon"] {
            #expect(await world.run(other + " --max-lifetime \(text)", typing: "marker-secret\n").status == .usage)
        }
        #expect(await !world.run("app list --quiet").output.contains("main/b"))
    }

    @Test func `an app is not added twice`() async {
        _ = await world.run(Self.add, typing: "marker-secret\n")
        let outcome = await world.run(Self.add + " --json", typing: "other\n")
        #expect(outcome.status == .usage)
        #expect(outcome.error["code"] as? String == "exists")
        #expect(await world.run("get main/idp#client_secret").output == "marker-secret")
    }

    @Test func `an app without its secret is not added`() async {
        let outcome = await world.run(Self.add)
        #expect(outcome.status == .usage)
        #expect(await world.run("app list --quiet").output.isEmpty)
    }

    @Test func `a public client has no secret to read`() async {
        #expect(await world.run(Self.add + " --public").status == .done)
        #expect(await world.run(Self.add.replacing("main/idp", with: "main/b") + " --client-auth none").status == .done)
    }

    @Test func `a provider that compares the redirect URI wants it`() async {
        let outcome = await world.run("app add main/crm --provider amocrm --client-id cid", typing: "s\n")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("--redirect-uri"))
    }

    @Test func `nobody to ask is said before anything is sent`() async {
        _ = await world.run(Self.add, typing: "marker-secret\n")
        let before = server.tokenCount
        let outcome = await world.run("connect main/idp/service --client-credentials")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("--yes"))
        #expect(server.tokenCount == before)
    }

    @Test func `a pasted callback connects the account, and standard output has the connection alone`() async {
        _ = await world.run(Self.add + " --redirect-uri https://client.example.com/cb", typing: "marker-secret\n")
        let person = PastingPerson { "https://client.example.com/cb?code=marker-code&state=\($0)" }
        let outcome = await world.run("connect main/idp/alice --yes") {
            $0.input = person.input
            $0.diagnostics = Diagnostics(person, environment: [:])
        }
        #expect(outcome.status == .done)
        #expect(outcome.output.hasPrefix("main/idp/alice: active"))
        #expect(person.text.contains("https://idp.example.com/authorize?response_type=code"))
        #expect(!person.text.contains("marker-secret"))
        #expect(!person.text.contains("marker-code"))
        #expect(await world.run("token main/idp/alice").output == "access-1\n")
    }

    @Test(arguments: [
        ("https://client.example.com/cb?code=c&state=other", CofferCommands.ExitStatus.nonsense, "callback_mismatch"),
        ("https://client.example.com/cb?error=access_denied&state=STATE", .needsReauthorization, "access_denied"),
        ("nothing that is an address", .nonsense, "callback_mismatch"), ("", .usage, "input_empty"),
    ])
    func `a callback that is none connects nothing`(
        callback: String, status: CofferCommands.ExitStatus, code: String
    ) async {
        _ = await world.run(Self.add + " --redirect-uri https://client.example.com/cb", typing: "marker-secret\n")
        let person = PastingPerson { callback.replacing("STATE", with: $0) }
        let outcome = await world.run("connect main/idp/alice --yes --json") {
            $0.input = person.input
            $0.diagnostics = Diagnostics(person, environment: [:])
        }
        #expect(outcome.status == status)
        #expect(person.text.contains("\"code\":\"\(code)\""))
        #expect(server.tokenCount == 0)
        #expect(await world.run("status --quiet").output.isEmpty)
    }

    @Test func `a token is printed with one newline and nothing else`() async {
        await connect()
        let outcome = await world.run("token main/idp/service")
        #expect(outcome.status == .done)
        #expect(outcome.output == "access-1\n")
        #expect(await world.run("token main/idp/service --format header").output == "Authorization: Bearer access-1\n")
        let object = await world.run("token main/idp/service --json").object
        #expect(object["access_token"] as? String == "access-1")
        #expect(object["path"] as? String == "main/idp/service")
        #expect(object["version"] as? Int == 1)
        #expect(object["format_version"] as? Int == 1)
        #expect((object["expires_at"] as? String)?.hasSuffix("Z") == true)
    }

    @Test func `a terminal gets no token and the vault is not even opened`() async throws {
        let screen = RecordedBytes(isTerminal: true)
        let outcome = try await CommandWorld().run("token main/idp/service", output: screen)
        #expect(outcome.status == .usage)
        #expect(screen.bytes.isEmpty)
    }

    @Test func `a demand that cannot be met is 75 if it is strict`() async {
        await connect()
        #expect(await world.run("token main/idp/service --min-valid 2h").status == .done)
        let strict = await world.run("token main/idp/service --min-valid 2h --min-valid-strict --json")
        #expect(strict.status == .tryLater)
        #expect(strict.error["code"] as? String == "too_short")
        #expect(strict.output.isEmpty)
    }

    @Test func `status is a table, an object or words`() async {
        await connect()
        #expect(await world.run("status --quiet").output == "main/idp/service\n")
        #expect(await world.run("status").output.contains("active"))
        let rows = await world.run("status --json").object["connections"] as? [[String: Any]]
        #expect(rows?.first?["state"] as? String == "active")
        #expect(rows?.first?["app"] as? String == "main/idp")
        #expect(await world.run("status --state blocked --quiet").output.isEmpty)
    }

    @Test func `a refresh says when nothing is due, and quietly says nothing`() async {
        await connect()
        let outcome = await world.run("refresh")
        #expect(outcome.status == .done)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors == "coffer: nothing is due\n")
        let quiet = await world.run("refresh --quiet")
        #expect((quiet.output + quiet.errors).isEmpty)
    }

    @Test func `a forced refresh replaces the token`() async {
        await connect()
        let outcome = await world.run("refresh --force main/idp/service --json")
        #expect(outcome.status == .done)
        let rows = outcome.object["connections"] as? [[String: Any]]
        #expect(rows?.first?["outcome"] as? String == "refreshed")
        #expect(await world.run("token main/idp/service").output == "access-2\n")
    }

    @Test func `the removal of a connection says that the grant lives on`() async {
        await connect()
        let outcome = await world.run("remove main/idp/service --yes")
        #expect(outcome.status == .done)
        #expect(outcome.errors.contains("the grant lives on at the provider"))
        #expect(await world.run("app remove main/idp --yes").status == .done)
    }

    @Test func `an app remove does not remove a secret`() async {
        _ = await world.run("put main/key", typing: "marker")
        #expect(await world.run("app remove main/key --yes").status == .usage)
        #expect(await world.run("get main/key").output == "marker")
    }
}
