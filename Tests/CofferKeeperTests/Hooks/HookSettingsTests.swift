// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import GrantServer
import Synchronization
import Testing

@testable import CofferKeeper

/// What this process was told.
private final class HeardNotices: Sendable {
    private let notices = Mutex<[RotationNotice]>([])
    var all: [RotationNotice] { notices.withLock { $0 } }
    func add(_ notice: RotationNotice) { notices.withLock { $0.append(notice) } }
}

@Suite(.timeLimit(.minutes(2))) struct `The hooks that are set on this machine` {
    private static let key = KeeperWorld.path("main/hook-key")
    private static let keyText = "whsec_" + Data(repeating: 9, count: 32).base64EncodedString()

    private static func with(_ body: (KeeperWorld, KeeperEffects, String) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await Script.with("cat >>\"$0.heard\"; echo >>\"$0.heard\"") { path in
                var effects = world.effects()
                effects.clock = ContinuousClock()
                effects.hooks = HookSettings([
                    "XDG_CONFIG_HOME": "\(world.folder)/config", "XDG_STATE_HOME": "\(world.folder)/state",
                    "PATH": "/usr/bin:/bin", "COFFER_IDENTITY": "made-up",
                ])
                // Longer than a machine, or a program alone, stands still.
                effects.hooks.patience = .seconds(25)
                try await body(world, effects, path)
            }
        }
    }

    private static func keeper(_ world: KeeperWorld, _ effects: KeeperEffects) async throws -> Keeper {
        try await Keeper.open(world.location, effects: effects)
    }

    @Test func `are in a file of this machine's and for this vault alone`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            try await keeper.put(Self.key, Secret(Self.keyText))
            #expect(try keeper.hooks() == HookView(HookSetting(vault: ""), file: effects.hooks.file))
            try keeper.setNotifyCommand([path, "-v"])
            try await keeper.setWebhook("https://alerts.example.com/x", signedWith: Self.key)
            let view = try await Self.keeper(world, effects).hooks()
            #expect(view.command == [path, "-v"] && view.webhook == "https://alerts.example.com/x")
            #expect(view.key == "main/hook-key" && view.file == "\(world.folder)/config/coffer/hooks.json")
            #expect(try effects.hooks.setting(of: "another").isEmpty)
            #expect(try await world.keeper().hooks().command == nil, "another machine")
            let text = try String(contentsOfFile: try #require(view.file), encoding: .utf8)
            #expect(!text.contains(Self.keyText.dropFirst(6)))
            try keeper.setNotifyCommand(nil)
            #expect(try keeper.hooks().webhook == "https://alerts.example.com/x")
            try keeper.removeWebhook()
            #expect(try effects.hooks.setting(of: keeper.vault.id.description).isEmpty)
        }
    }

    @Test func `are refused where they can't work, and nothing is changed`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            try await keeper.put(KeeperWorld.path("main/other"), Secret("made-up"))
            #expect(throws: KeeperError(.usage, "")) { try keeper.setNotifyCommand(["script"]) }
            #expect(throws: KeeperError(.usage, "")) { try keeper.setNotifyCommand([path, "a\0b"]) }
            #expect(throws: VaultError(.missing, "")) { try keeper.setNotifyCommand(["/none/such"]) }
            let url = "https://alerts.example.com/"
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.setWebhook(url, signedWith: Self.key) }
            await #expect(throws: KeeperError(.wrongKind, "")) {
                try await keeper.setWebhook(url, signedWith: KeeperWorld.app)
            }
            await #expect(throws: KeeperError(.invalid, "")) {
                try await keeper.setWebhook(url, signedWith: KeeperWorld.path("main/other"))
            }
            try await keeper.put(Self.key, Secret(Self.keyText))
            await #expect(throws: OAuthError.self) {
                try await keeper.setWebhook("http://alerts.example.com/", signedWith: Self.key)
            }
            let file = try #require(effects.hooks.file)
            #expect(!FileManager.default.fileExists(atPath: file))
        }
    }

    @Test func `hear of a rotation, and one that can't be used stops nothing`() async throws {
        try await Self.with { world, effects, path in
            let (lines, heard) = (RecordedLines(), HeardNotices())
            var effects = effects
            effects.log = lines.log
            effects.onNotice = { heard.add($0) }
            let keeper = try await Self.keeper(world, effects)
            try keeper.setNotifyCommand([path])
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            await keeper.noticesSettled()
            let first = heard.all
            #expect(first.map(\.kind) == [.tainted, .needsPerson])
            let text = try String(contentsOfFile: "\(path).heard", encoding: .utf8)
            let documents = first.map { String(decoding: $0.document, as: UTF8.self) }
            #expect(text == documents.joined(separator: "\n") + "\n")

            // Another process: what was heard is told again in this one only.
            let other = try await Self.keeper(world, effects)
            try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            let report = try await other.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            await other.noticesSettled()
            #expect(report.state == .closed)
            let all = heard.all
            try #require(all.map(\.kind) == [.tainted, .needsPerson, .tainted, .needsPerson, .closed])
            #expect(all[..<2].map(\.id) == all[2..<4].map(\.id))
            let missed = lines.all.filter { $0.contains("has not heard") }
            #expect(missed.count == 1 && missed[0].contains("ended with status 3"), "\(lines.all)")
            #expect(missed.first?.contains("coffer rotate resume \(id)") == true)

            // The closed rotation tells what was missed.
            try Data("#!/bin/sh\ncat >\"$0.late\"\n".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
            let last = try await Self.keeper(world, effects)
            _ = try await last.resumeRotation(id, operator: ScriptedOperator([]))
            await last.noticesSettled()
            let late = try String(contentsOfFile: "\(path).late", encoding: .utf8)
            #expect(late == String(decoding: all[4].document, as: UTF8.self))
        }
    }

    @Test func `that others could have written tell nobody, say so, and stop nothing`() async throws {
        try await Self.with { world, effects, path in
            let lines = RecordedLines()
            var effects = effects
            effects.log = lines.log
            let keeper = try await Self.keeper(world, effects)
            try keeper.setNotifyCommand([path])
            let file = try #require(effects.hooks.file)
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            await keeper.noticesSettled()
            #expect(report.state == .closed)
            #expect(lines.all.contains { $0.hasPrefix("nobody who is set is told of this rotation: ") }, "\(lines.all)")
            #expect(!FileManager.default.fileExists(atPath: "\(path).heard"))
        }
    }

    @Test func `hear that a rotation was given up for another`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            try keeper.setNotifyCommand([path])
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            _ = try await keeper.openRotation(of: KeeperWorld.app, isForced: true)
            await keeper.noticesSettled()
            let text = try String(contentsOfFile: "\(path).heard", encoding: .utf8)
            let last = try #require(text.split(separator: "\n").last)
            #expect(last.contains("\(id)-closed-") && last.contains(#""state":"abandoned""#), "\(last)")
            #expect(text.split(separator: "\n").count == 3)
        }
    }
}
