// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import Subprocess
import Testing

/// The step that a person does, at a terminal and without one, and when it is cut short.
@Suite(.timeLimit(.minutes(4))) struct `The operator's step, with the real program` {
    private static let enter = "press Enter, then click"
    private static let prompt = "the new secret (not shown):"

    /// The rotations that are open.
    private static func open(_ program: Program) async throws -> [[String: Any]] {
        try await program.run("rotate", "list", "--open", "--json").json["rotations"] as? [[String: Any]] ?? []
    }

    @Test func `says where to click, what to paste, what follows, and takes nothing that can't be it`() async throws {
        try await World.with { world in
            let old = world.sandbox.integration.clientSecret
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let sitting = try await world.program.sit(
                ["rotate", World.app, "--leak"],
                [
                    .types("\n", at: Self.enter), .types(old + "\n", at: Self.prompt),
                    .types("two words\n", at: Self.prompt), .types(new + "\n", at: Self.prompt),
                ])
            #expect([0, 83].contains(sitting.status), "\(sitting.screen)")
            for part in [
                "1. Sign in to the account", "https://", "is not shown",
                "loses nothing, and coffer rotate resume goes on",
                "that is the old client_secret; make a new one", "that holds a space, a line break",
                "refreshes of the app wait", "the new secret is in force",
            ] {
                #expect(sitting.screen.contains(part), "\(part): \(sitting.screen)")
            }
            for secret in [old, new] { #expect(!sitting.screen.contains(secret)) }
            #expect(try await world.field("main/crm#client_secret") == new)
        }
    }

    @Test func `survives a terminal that is closed before the click, and at the prompt`() async throws {
        try await World.with { world in
            let before = try await world.token("acme")
            let first = try await world.program.sit(
                ["rotate", World.app, "--leak"], [.closes(at: Self.enter)])
            #expect(first.status == 143, "\(first.screen)")
            let waiting = try #require(try await Self.open(world.program).first)
            #expect(waiting["state"] as? String == "awaiting_operator")
            #expect((waiting["awaits"] as? [String: Any])?["wants"] as? String == "secret")
            let list = try await world.succeed("rotate", "list", "--open")
            #expect(list.text.contains("a new client_secret") && list.text.contains("owner"), "\(list.text)")
            #expect(try await world.token("acme") == before)

            let second = try await world.program.sit(
                ["rotate", "resume"], [.types("\n", at: Self.enter), .closes(at: Self.prompt)])
            #expect(second.status == 143, "\(second.screen)")
            let frozen = try await world.succeed("rotate", "show")
            #expect(frozen.text.contains("refreshes of the app wait"), "\(frozen.text)")
            #expect(frozen.text.contains("a new client_secret"), "\(frozen.text)")

            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let end = try await world.program.sit(["rotate", "resume"], [.types(new + "\n", at: Self.prompt)])
            #expect([0, 83].contains(end.status) && !end.screen.contains(Self.enter), "\(end.screen)")
            #expect(try await Self.open(world.program).isEmpty)
            #expect(try await world.token("acme") != before)
            #expect(try await world.succeed("rotate", "list").text.contains("closed"))
        }
    }

    @Test func `refuses the old secret in one sentence, before anything is written or sent`() async throws {
        try await World.with { world in
            let old = world.sandbox.integration.clientSecret
            try await world.program.run("rotate", World.app, "--leak")
            func entries() async throws -> [String] {
                var texts: [String] = []
                for command in [["list", "--json"], ["app", "list", "--json"], ["status", "--json"]] {
                    texts.append(try await world.succeed(command).text)
                }
                return texts
            }
            let before = try await entries()
            for text in [old, old + "\n", old + "\r\n"] {
                world.sandbox.log.clear()
                let end = try await world.program.run("rotate", "resume", input: .text(text))
                end.expectRefusal(64, saying: "that is the old client_secret; make a new one at the provider first")
                #expect(!end.errors.contains(old))
                #expect(world.sandbox.log.records.isEmpty)
            }
            #expect(try await entries() == before)
            let steps = try await Self.open(world.program).first?["steps"] as? [[String: Any]] ?? []
            #expect(steps.suffix(3).allSatisfy { $0["step"] as? String == "resumed" }, "\(steps)")
            #expect(try await world.field("main/crm#client_secret") == old)
        }
    }

    @Test(arguments: ["", "\n", "\r\n"])
    func `refuses the old value of a static secret, however its line ended`(end: String) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            try await program.run("put", "main/key", input: .text("made-up-old-value" + end))
            #expect(try await program.run("rotate", "main/key", "--leak").status == .exited(82))
            let refused = try await program.run("rotate", "resume", input: .text("made-up-old-value\n"))
            refused.expectRefusal(64, saying: "that is the old value")
            #expect(!refused.errors.contains("made-up"))
            #expect(try await Self.open(program).first?["state"] as? String == "awaiting_operator")
            #expect(try await program.run("get", "main/key").text == "made-up-old-value" + end)
        }
    }

    @Test(arguments: [false, true])
    func `is finished by another operator on another machine, by the same file or a copy of it`(isCopied: Bool)
        async throws
    {
        try await World.with { world in
            try await TwoHomes.with(owner: world.program) { homes in
                try await homes.letIn("grace", "--role", "issuer", "--space", "main")
                try await world.program.run("rotate", World.app, "--leak")
                var guest = homes.guest
                if isCopied {
                    guest.environment["COFFER_VAULT"] = guest.home.vault
                    try Self.copy(world.program.home.vault, to: guest.home.vault)
                }
                let list = try await guest.run("rotate", "list", "--open")
                #expect(list.text.contains("a new client_secret") && list.text.contains("owner"), "\(list.text)")
                let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
                let end = try await guest.run("rotate", "resume", "--json", input: .text(new))
                #expect([.exited(0), .exited(83)].contains(end.status), "\(end.errors)\(end.text)")
                let steps = end.json["steps"] as? [[String: Any]] ?? []
                func person(_ step: String) -> String? {
                    steps.first { $0["step"] as? String == step }?["by"] as? String
                }
                #expect(person("opened") == "owner" && person("tainted") == "owner", "\(end.text)")
                #expect(person("pending_sealed") == "grace" && person("closed") == "grace", "\(end.text)")

                if isCopied { try Self.copy(guest.home.vault, to: world.program.home.vault) }
                let shown = try await world.succeed("rotate", "show", "--json")
                #expect(shown.json["state"] as? String == "closed")
                #expect(try await world.field("main/crm#client_secret") == new)
                #expect(try await world.accountStatus("acme", token: world.token("acme")) == 200)
            }
        }
    }

    /// Copies a vault that nobody has open, with the log beside it, in place of another.
    private static func copy(_ vault: String, to other: String) throws {
        let files = FileManager.default
        try files.createDirectory(
            atPath: URL(fileURLWithPath: other).deletingLastPathComponent().path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        for suffix in ["", "-wal", "-shm"] {
            if files.fileExists(atPath: other + suffix) { try files.removeItem(atPath: other + suffix) }
            guard files.fileExists(atPath: vault + suffix), suffix != "-shm" else { continue }
            try files.copyItem(atPath: vault + suffix, toPath: other + suffix)
        }
    }
}
