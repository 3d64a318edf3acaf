// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// A rehearsal by the real program: what it shows, and what it leaves as it was.
@Suite(.timeLimit(.minutes(5))) struct `A drill, with the real program` {
    /// The folder for temporary files of the program's own, so that what it leaves behind is seen.
    private static func temporary(_ world: World) throws -> [String: String] {
        let folder = "\(world.program.home.path)/temporary"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return ["TMPDIR": folder]
    }

    private static func leftBehind(_ world: World) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(world.program.home.path)/temporary")
    }

    /// Runs a drill, and expects that nothing but the report came of it.
    @discardableResult
    private static func drill(_ world: World, _ arguments: String..., app: String = World.app) async throws -> Finished
    {
        let home = world.program.home
        let environment = try temporary(world)
        // In `vault.db-shm` SQLite has the marks of whoever reads, and nothing that lasts (https://sqlite.org/walformat.html).
        func kept() -> [String: Data] { home.files().filter { !$0.key.hasSuffix("-shm") } }
        let before = kept()
        let secrets = world.sandbox.integrations.map(\.clientSecret)
        world.sandbox.log.clear()
        let end = try await world.program.run(["rotate", "drill", app] + arguments, environment: environment)
        #expect(world.sandbox.log.records.isEmpty, "the app's own provider was asked")
        #expect(world.sandbox.integrations.map(\.clientSecret) == secrets)
        let after = kept()
        #expect(Set(after.keys) == Set(before.keys))
        for (name, bytes) in before { #expect(after[name] == bytes, "\(name) has changed") }
        #expect(try leftBehind(world) == [])
        for secret in secrets { #expect(!end.text.contains(secret) && !end.errors.contains(secret)) }
        return end
    }

    private static func steps(_ end: Finished) -> [String] {
        (end.json["steps"] as? [[String: Any]] ?? []).compactMap { $0["step"] as? String }
    }

    @Test func `contains a made-up leak of an operator's app, and leaves every byte of the real one`() async throws {
        try await World.with(accounts: ["acme", "birch", "cedar"]) { world in
            let end = try await Self.drill(world, "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            let mark = try #require(end.json["drill"] as? [String: Any])
            #expect(mark["stand_in"] as? String == "amocrm" && mark["clock"] as? String == "virtual")
            #expect(end.json["state"] as? String == "closed" && end.json["mode"] as? String == "leak")
            let connections = try #require(end.json["connections"] as? [[String: Any]])
            #expect(
                connections.compactMap { $0["path"] as? String }.sorted()
                    == ["main/crm/acme", "main/crm/birch", "main/crm/cedar"])
            #expect(connections.allSatisfy { $0["outcome"] as? String == "reissued" })
            #expect(Self.steps(end).contains("awaiting_operator"))
            // The plan comes first, where it is no part of the document.
            for part in ["this is a drill", "with 3 made-up accounts", "step 1", "reissue", "waits are passed over"] {
                #expect(end.errors.contains(part), "\(part): \(end.errors)")
            }
            #expect(try await world.succeed("rotate", "list", "--quiet").text.isEmpty)
            for account in ["acme", "birch", "cedar"] { #expect(try await world.state(account) == "active") }
        }
    }

    @Test func `is marked on top of its text and its page`() async throws {
        try await World.with { world in
            let text = try await Self.drill(world)
            #expect(text.text.hasPrefix("THIS IS A DRILL. "), "\(text.text)")
            #expect(text.text.contains("for main/crm, with 1 made-up account."))
            let folder = world.program.home.path
            try await world.succeed(
                "rotate", "drill", World.app, "--format", "html", "--output", "\(folder)/drill.html")
            let page = String(
                decoding: try #require(FileManager.default.contents(atPath: "\(folder)/drill.html")), as: UTF8.self)
            #expect(page.contains("<title>Drill: Rotation of main/crm: closed</title>"))
            #expect(page.contains("This is a drill"))
            let again = try await world.program.run(
                "rotate", "drill", World.app, "--format", "html", "--output", "\(folder)/drill.html")
            #expect(again.status != .exited(0) && again.errors.contains("--force"), "\(again.errors)")
        }
    }

    @Test func `of a planned rotation taints nothing, and takes more accounts than there are`() async throws {
        try await World.with { world in
            let end = try await Self.drill(world, "--planned", "--connections", "12", "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.json["mode"] as? String == "planned")
            #expect(!Self.steps(end).contains("tainted"))
            let paths = (end.json["connections"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
            #expect(paths.count == 12 && paths.contains("main/crm/acme") && paths.contains("main/crm/drill-11"))
        }
    }

    @Test func `of a registered app goes through a registration at its own sandbox`() async throws {
        try await World.with(.strict, accounts: []) { world in
            try await world.succeed(
                "app", "add", "main/new", "--issuer", world.sandbox.baseURL, "--ca-file", world.sandbox.caFile,
                "--register",
                "--redirect-uri", "http://127.0.0.1/callback")
            try await world.connect("acme", as: "main/new/acme")
            let end = try await Self.drill(world, "--json", app: "main/new")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.json["driver"] as? String == "rfc7592" && end.json["taint"] as? String == "hold")
            #expect((end.json["drill"] as? [String: Any])?["stand_in"] as? String == "strict")
            #expect(Self.steps(end).contains("secret_requested"))
        }
    }

    @Test func `runs no program and tells nobody, whatever is set on this machine`() async throws {
        try await World.with { world in
            let home = world.program.home
            let marker = "\(home.path)/was-run"
            let program = try home.write("#!/bin/sh\ntouch '\(marker)'\n".utf8, to: "made-up-program", mode: 0o700)
            try await world.succeed("app", "driver", World.app, "--command", program)
            try await world.succeed("rotate", "hooks", "--notify-command", program)
            let end = try await Self.drill(world, "--json")
            #expect(end.status == .exited(0), "\(end.errors)\(end.text)")
            #expect(end.json["driver"] as? String == "command")
            #expect(!FileManager.default.fileExists(atPath: marker))
        }
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func `that is interrupted leaves nothing behind`(_ signal: Int32, _ status: Int32) async throws {
        try await World.with { world in
            let (_, end) = try await world.program.start(
                ["rotate", "drill", World.app, "--connections", "300", "--real-time"],
                environment: try Self.temporary(world)
            ) { running in
                _ = try #require(await running.line(containing: "reissued 2 of 300"))
                running.send(signal)
            }
            #expect(end.status == .exited(status), "\(end.errors)")
            #expect(end.output.isEmpty)
            #expect(try Self.leftBehind(world) == [])
        }
    }

    private static let refusals: [([String], Int32, String)] = [
        (["main/none"], 66, "there is no app main/none"), (["main/one"], 64, "not an app"),
        ([World.app, "--by-hand"], 64, "needs a terminal"),
        ([World.app, "--leak", "--planned"], 64, "exclude each other"),
        ([World.app, "--planned", "--hold"], 64, "options for a leak"),
        ([World.app, "--connections", "100001"], 64, "--connections is from 0"),
        ([World.app, "--force"], 64, "goes with --output"),
    ]

    @Test(arguments: refusals)
    func `that can't be is refused in a sentence`(_ arguments: [String], _ status: Int32, _ text: String) async throws {
        try await World.with(accounts: []) { world in
            try await world.succeed("put", "main/one", input: .text("made-up-value"))
            let end = try await world.program.run(["rotate", "drill"] + arguments)
            #expect(end.status == .exited(status) && end.errors.contains(text), "\(end.errors)")
            #expect(end.output.isEmpty)
        }
    }
}
