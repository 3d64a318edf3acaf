// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The program that is set for an app on this machine` {
    /// Runs a body in a world with an app and a program, and a machine's settings.
    private static func with(
        _ body: (KeeperWorld, KeeperEffects, String) async throws -> Void
    ) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await Script.with("exit 1") { path in
                var effects = world.effects()
                effects.programs = ProgramSettings(["XDG_CONFIG_HOME": "\(world.folder)/config"])
                try await body(world, effects, path)
            }
        }
    }

    private static func keeper(_ world: KeeperWorld, _ effects: KeeperEffects) async throws -> Keeper {
        try await Keeper.open(world.location, effects: effects)
    }

    @Test func `is what a rotation is planned with, until none is set`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            let app = KeeperWorld.app
            #expect(try await keeper.driver(of: app).driver == "operator")
            let view = try await keeper.setProgram(of: app, [path, "--realm"], deadlineSeconds: 5, keepsTwo: true)
            #expect(view.driver == "command" && view.command == [path, "--realm"])
            #expect(view.deadlineSeconds == 5 && view.keepsTwo == true)
            #expect(view.file == "\(world.folder)/config/coffer/drivers.json")
            let preview = try await Self.keeper(world, effects).previewRotation(of: app)
            #expect(preview.driver == "command" && preview.taint == .hold && preview.operatorSteps.isEmpty)
            // Another machine, or another user of this one.
            #expect(try await world.keeper().previewRotation(of: app).driver == "operator")
            #expect(try await keeper.setProgram(of: app, nil).driver == "operator")
            #expect(try await keeper.previewRotation(of: app).driver == "operator")
        }
    }

    @Test func `stands in no vault, and that of another vault or client is not run`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            let before = try await keeper.vault.inspect(KeeperWorld.app)?.version
            _ = try await keeper.setProgram(of: KeeperWorld.app, [path])
            #expect(try await keeper.vault.inspect(KeeperWorld.app)?.version == before)
            let (vault, client) = (keeper.vault.id.description, world.sandbox.integration.clientID)
            let app = KeeperWorld.app.description
            func setting(_ vault: String, _ client: String) -> ProgramSetting {
                ProgramSetting(
                    vault: vault, app: app, clientID: client, command: [path], deadlineSeconds: 60, keepsTwo: false)
            }
            try effects.programs.set(nil, of: app, in: vault)
            try effects.programs.set(setting("another", client), of: app, in: "another")
            #expect(try await keeper.driver(of: KeeperWorld.app).driver == "operator")
            try effects.programs.set(setting(vault, "another"), of: app, in: vault)
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.driver(of: KeeperWorld.app) }
            await #expect(throws: KeeperError(.misconfigured, "")) {
                try await keeper.openRotation(of: KeeperWorld.app)
            }
            #expect(try await keeper.rotations().isEmpty)
        }
    }

    @Test func `is refused where others could have put it there`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            for (command, code) in [
                (["script"], KeeperError.Code.usage), ([path, "a\0b"], .usage), ([], .usage),
            ] {
                await #expect(throws: KeeperError(code, "")) {
                    try await keeper.setProgram(of: KeeperWorld.app, command)
                }
            }
            for seconds in [0, 601] {
                await #expect(throws: KeeperError(.usage, "")) {
                    try await keeper.setProgram(of: KeeperWorld.app, [path], deadlineSeconds: seconds)
                }
            }
            await #expect(throws: VaultError(.missing, "")) {
                try await keeper.setProgram(of: KeeperWorld.app, [path + "-none"])
            }
            _ = try await keeper.setProgram(of: KeeperWorld.app, [path])
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            // Changed since: it is judged again each time.
            try FileManager.default.setAttributes([.posixPermissions: 0o722], ofItemAtPath: path)
            await #expect(throws: VaultError(.unsafePermissions, "")) {
                try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            }
            #expect(try await keeper.rotation(id).state != .closed)
        }
    }

    @Test func `is refused with its file`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            _ = try await keeper.setProgram(of: KeeperWorld.app, [path])
            let file = try #require(effects.programs.file)
            let whole = try #require(FileManager.default.contents(atPath: file))
            for text in [
                "", "{}", "[", #"{"version":2,"drivers":[]}"#,
                String(decoding: whole, as: UTF8.self).replacing(path, with: "script"),
            ] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: file))
                await #expect(throws: KeeperError(.misconfigured, ""), "\(text)") {
                    try await keeper.openRotation(of: KeeperWorld.app)
                }
            }
            try whole.write(to: URL(fileURLWithPath: file))
            #expect(try await keeper.driver(of: KeeperWorld.app).driver == "command")
            try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file)
            await #expect(throws: VaultError(.unsafePermissions, "")) {
                try await keeper.openRotation(of: KeeperWorld.app)
            }
        }
    }

    @Test func `that fails leaves the rotation open, and a person can take over anywhere`() async throws {
        try await Self.with { world, effects, path in
            let keeper = try await Self.keeper(world, effects)
            _ = try await keeper.setProgram(of: KeeperWorld.app, [path])
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let nobody = ScriptedOperator(isPresent: false, [])
            for _ in 1...2 {
                await #expect(throws: OAuthError(.indeterminate, "")) {
                    try await keeper.resumeRotation(id, operator: nobody)
                }
            }
            // On another machine none is set.
            await #expect(throws: OAuthError(.configuration, "")) {
                try await world.keeper().resumeRotation(id, operator: nobody)
            }
            let waiting = try await world.keeper().resumeRotation(id, operator: nobody, byHand: true)
            #expect(waiting.state == .awaitingOperator)
            #expect(waiting.awaits?.steps.first?.contains("look for one first") == true, "\(waiting.text)")
            let person = ClickingOperator(sandbox: world.sandbox)
            #expect(try await keeper.resumeRotation(id, operator: person).state == .closed)
        }
    }
}
