// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `coffer provider` {
    private static let mine = """
        coffer_provider: 1
        id: mine
        name: Mine
        variables:
          tenant: {about: which directory}
        endpoints: {token: "https://id.example.com/{tenant}/token"}
        hosts: {secrets: [id.example.com]}
        client: {authentication: post}
        """

    /// A home with a description of one's own.
    private func world(_ text: String = Self.mine, mode: Int = 0o600) throws -> (CommandWorld, String) {
        let world = try CommandWorld()
        let folder = "\(world.home)/.config/coffer/providers"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = "\(folder)/mine.yaml"
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return (world, file)
    }

    @Test func `lists what is built in and one's own`() async throws {
        let (world, _) = try world()
        let ids = await world.run("provider list --quiet").output.split(separator: "\n").map(String.init)
        #expect(ids == ids.sorted())
        #expect(Set(["amocrm", "google", "mine", "zoom"]).isSubset(of: ids))
        #expect(ids.count > 43)
    }

    @Test func `shows a description as a file that it accepts`() async throws {
        let (world, file) = try world()
        let yaml = await world.run("provider show hubspot --yaml")
        #expect(yaml.status == .done)
        try Data(yaml.bytes).write(to: URL(filePath: file + "2"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file + "2")
        let check = await world.run("provider check \(file)2")
        #expect(check.status == .done)
        #expect(check.output.hasSuffix("describes HubSpot as hubspot\n"))
        #expect(await world.run("provider show mine").output.contains("--set tenant"))
        let object = await world.run("provider show google --json").object
        #expect((object["sources"] as? [[String: Any]])?.isEmpty == false)
        #expect((object["unknown"] as? [String])?.isEmpty == false)
    }

    @Test func `says all that is wrong with a file, and where`() async throws {
        let (world, file) = try world(
            Self.mine.replacing("post", with: "pots").replacing("name: Mine", with: "nam: Mine"))
        let check = await world.run("provider check \(file)")
        #expect(check.status == .configuration)
        #expect(check.errors.contains("line 3: nam: is no field"))
        #expect(check.errors.contains("line 8: client.authentication: must be one of basic, basic_raw, post"))
        let show = await world.run("provider show mine --json")
        #expect(show.status == .configuration)
        #expect(show.error["code"] as? String == "bad_description")
        let list = await world.run("provider list --quiet")
        #expect(list.status == .done)
        #expect(list.errors.contains("mine.yaml"))
        #expect(await world.run("provider check /nowhere.yaml").status == .configuration)
    }

    @Test func `believes no file that others may write to`() async throws {
        let (world, file) = try world(mode: 0o622)
        #expect(await world.run("provider check \(file)").errors.contains("others may write to it"))
        #expect(await world.run("app add main/a --provider mine --client-id 1").status == .configuration)
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: folder)
        #expect(await world.run("provider show mine").errors.contains("others can write in"))
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        try FileManager.default.removeItem(atPath: file)
        #expect(mkfifo(file, 0o600) == 0)
        #expect(await world.run("provider show mine").errors.contains("not a regular file"))
    }

    @Test(arguments: [
        ("", "needs the setting tenant"), ("--set tenant=a/b", "has not the form"),
        ("--set planet=x", "no setting planet"),
        ("--set tenant", "wants a name and a value"), ("--set tenant=a --set tenant=b", "once each"),
    ])
    func `settings that are missing or strange add nothing`(_ options: String, _ words: String) async throws {
        let (world, _) = try world()
        let outcome = await world.run("app add main/a --provider mine --client-id 1 --public \(options)")
        #expect(outcome.status == .configuration || outcome.status == .usage)
        #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }

    @Test func `an app is added with its settings in every address`() async throws {
        let (world, _) = try world()
        #expect(await world.run("init").status == .done)
        let added = await world.run("app add main/a --provider mine --set tenant=contoso --client-id 1 --public")
        #expect(added.status == .done, "\(added.errors)")
        let shown = await world.run("app show main/a --json")
        #expect(shown.object["provider"] as? String == "mine")
    }

    @Test func `can't take the name of one that is built in`() async throws {
        let (world, file) = try world()
        let other = (file as NSString).deletingLastPathComponent + "/amocrm.yaml"
        try FileManager.default.copyItem(atPath: file, toPath: other)
        let show = await world.run("provider show amocrm")
        #expect(show.output.contains("amocrm.ru"))
    }
}
