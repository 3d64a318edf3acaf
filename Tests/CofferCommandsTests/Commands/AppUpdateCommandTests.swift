// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `coffer app update` {
    private static let first = """
        coffer_provider: 1
        id: mine
        name: Mine
        variables:
          tenant: {about: which directory, default: common}
        endpoints: {token: "https://id.example.com/{tenant}/token"}
        hosts: {secrets: [id.example.com]}
        client: {authentication: post}
        """

    private static let second =
        first.replacing("/token\"", with: "/v2/token\"")
        .replacing("[id.example.com]", with: "[id.example.com, id.example.net]") + "\ntokens: {rotation: always}\n"

    private let world: CommandWorld

    init() async throws {
        world = try CommandWorld(ScriptedServer())
        try describe(Self.first)
        #expect(await world.run("init").status == .done)
    }

    /// Writes the person's own description.
    private func describe(_ text: String, as id: String = "mine") throws {
        let folder = "\(world.home)/.config/coffer/providers"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(id).yaml"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/\(id).yaml")
    }

    private func add(_ options: String = "--provider mine --set tenant=contoso") async {
        let added = await world.run("app add main/a --client-id 1 \(options)", typing: "marker-secret\n")
        #expect(added.status == .done, "\(added.errors)")
    }

    private func differs() async -> Bool? {
        await world.run("app show main/a --json").object["description_differs"] as? Bool
    }

    private func events() async -> Int {
        await world.run("audit show").output.split(separator: "\n").count { $0.contains("app update") }
    }

    @Test func `pins what a person has seen, with the app's own settings in it, and no other secret`() async throws {
        await add()
        #expect(await differs() == false)
        #expect(await !world.run("doctor --offline").output.contains("main/a was added with"))
        try describe(Self.second)
        #expect(await differs() == true)
        #expect(await world.run("app show main/a").output.contains("coffer app update main/a"))
        #expect(await world.run("doctor --offline").output.contains("main/a was added with"))

        let dry = await world.run("app update main/a --dry-run")
        #expect(dry.status == .done)
        let lines = dry.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "endpoints.token", "\(dry.output)")
        let values = lines.dropFirst().prefix(2).map { $0.split(separator: " ").map(String.init) }
        #expect(values.first == ["pinned", "https://id.example.com/contoso/token"])
        #expect(values.last == ["new", "https://id.example.com/contoso/v2/token"])
        let unasked = await world.run("app update main/a")
        #expect(unasked.status == .usage && unasked.errors.contains("--yes"))
        #expect(await differs() == true)
        #expect(await events() == 0)

        let update = await world.run("app update main/a --yes --json")
        #expect(update.status == .done, "\(update.errors)")
        #expect(update.object["updated"] as? Bool == true)
        let differences = update.object["differences"] as? [[String: Any]] ?? []
        #expect(differences.map { $0["field"] as? String } == ["endpoints.token", "hosts.secrets", "tokens.rotation"])
        #expect(!(update.output + update.errors + dry.output).contains("marker-secret"))
        #expect(await world.run("get main/a#client_secret").output == "marker-secret")
        #expect(await differs() == false)
        #expect(await events() == 1)

        let again = await world.run("app update main/a --yes")
        #expect(again.status == .done && again.output.isEmpty)
        #expect(await events() == 1)
    }

    @Test func `keeps what options of app add said, and takes another setting where one is given`() async throws {
        await add("--provider mine --set tenant=contoso --secret-probe code --client-auth basic")
        try describe(Self.second.replacing("authentication: post", with: "authentication: basic_raw"))
        let update = await world.run("app update main/a --yes --json --set tenant=fabrikam")
        let differences = update.object["differences"] as? [[String: Any]] ?? []
        #expect(differences.map { $0["field"] as? String } == ["endpoints.token", "hosts.secrets", "tokens.rotation"])
        #expect(differences.first?["new"] as? String == "https://id.example.com/fabrikam/v2/token")
        #expect(await differs() == false)
    }

    @Test(arguments: [
        ("client: {authentication: post}", "client: {authentication: private_key_jwt}", "has nothing"),
        ("id: mine", "id: mine\nissuer: https://other.example", "is another"),
        ("client: {authentication: post}", "client: {authentication: post, redirect_on_refresh: true}", "redirect URI"),
        ("authentication: post", "authentication: pots", "must be one of"),
        ("{tenant}/token", "{tenant}/{realm}/token", "neither {account} nor a variable"),
    ])
    func `refuses what the app was not added for, and changes nothing`(
        _ old: String, _ new: String, _ words: String
    ) async throws {
        let issued = Self.first.replacing("id: mine\n", with: "id: mine\nissuer: https://id.example.com\n")
        try describe(issued)
        await add()
        let before = await world.run("app show main/a").output
        try describe((new.contains("issuer") ? Self.first : issued).replacing(old, with: new))
        let update = await world.run("app update main/a --yes")
        #expect(update.status != .done)
        #expect(update.errors.contains(words), "\(update.errors)")
        #expect(await events() == 0)
        try describe(issued)
        #expect(await world.run("app show main/a").output == before)
    }

    @Test func `takes another's description only where that sends secrets to no other host`() async throws {
        await add()
        let other = Self.second.replacing("id: mine", with: "id: other").replacing("name: Mine", with: "name: Other")
        try describe(other, as: "other")
        let refused = await world.run("app update main/a --provider other --yes")
        #expect(refused.status == .usage && refused.errors.contains("id.example.net"), "\(refused.errors)")
        try describe(other.replacing(", id.example.net", with: ""), as: "other")
        #expect(await world.run("app update main/a --provider other --yes").status == .done)
        #expect(await world.run("app show main/a --json").object["provider"] as? String == "other")
    }

    @Test func `asks the issuer of an app that was added with one`() async throws {
        await add("--issuer \(ScriptedServer.issuer)")
        let update = await world.run("app update main/a --dry-run")
        #expect(update.status == .done && update.output.isEmpty, "\(update.output)")
        #expect(update.errors.contains("the present one"))
        #expect(await world.run("app update main/a --dry-run --set tenant=x").status == .usage)
        let open = await world.run("app update main/a --private-network --yes --json")
        let differences = open.object["differences"] as? [[String: Any]] ?? []
        #expect(differences.map { $0["field"] as? String } == ["private_network"])
        #expect(await world.run("app update main/a --private-network --dry-run").output.isEmpty)
    }

    @Test func `is refused for what is no app`() async {
        _ = await world.run("put main/key", typing: "marker")
        #expect(await world.run("app update main/key --yes").status == .usage)
        #expect(await world.run("app update main/none --yes").status == .notFound)
    }
}
