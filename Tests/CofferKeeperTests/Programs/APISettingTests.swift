// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The vendor's API that is set for an app on this machine` {
    private static let credential = KeeperWorld.path("main/admin-token")
    private static let address = "https://id.example.com/admin/realms/staff"

    /// Runs a body in a world with an app and a token in the vault, and a machine's settings.
    private static func with(_ body: (Keeper, KeeperEffects, KeeperWorld) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            var effects = world.effects()
            effects.programs = ProgramSettings(["XDG_CONFIG_HOME": "\(world.folder)/config"])
            let keeper = try await Keeper.open(world.location, effects: effects)
            try await keeper.put(credential, Secret("made-up-admin-token"))
            try await body(keeper, effects, world)
        }
    }

    @Test func `is what a rotation is planned with, in place of a program and until none is set`() async throws {
        try await Self.with { keeper, effects, world in
            let app = KeeperWorld.app
            try await Script.with("exit 1") { path in
                _ = try await keeper.setProgram(of: app, [path])
                let view = try await keeper.setAPI(of: app, "keycloak", at: Self.address, credential: Self.credential)
                #expect(view.driver == "keycloak" && view.address == Self.address && view.command == nil)
                #expect(view.credential == "main/admin-token" && view.keepsTwo == false)
                let preview = try await keeper.previewRotation(of: app)
                #expect(preview.driver == "keycloak" && preview.taint == .hold && !preview.overlaps)
                #expect(preview.operatorSteps.isEmpty)
                let two = try await keeper.setAPI(of: app, "okta", at: Self.address, credential: Self.credential)
                #expect(two.driver == "okta" && two.keepsTwo == true)
                #expect(try await keeper.previewRotation(of: app).overlaps)
                // Another machine, or another user of this one.
                #expect(try await world.keeper().previewRotation(of: app).driver == "operator")
                #expect(try await keeper.setProgram(of: app, [path]).driver == "command")
                #expect(try await keeper.setProgram(of: app, nil).driver == "operator")
            }
        }
    }

    @Test func `holds no secret, and stands in no vault`() async throws {
        try await Self.with { keeper, effects, _ in
            let before = try await keeper.vault.inspect(KeeperWorld.app)?.version
            _ = try await keeper.setAPI(of: KeeperWorld.app, "gitlab", at: Self.address, credential: Self.credential)
            #expect(try await keeper.vault.inspect(KeeperWorld.app)?.version == before)
            let text = try String(contentsOfFile: try #require(effects.programs.file), encoding: .utf8)
            #expect(text.contains("main/admin-token") && !text.contains("made-up-admin-token"))
        }
    }

    @Test func `believes whom the app believed when it was set, and is of no use for another client`() async throws {
        try await Self.with { keeper, effects, world in
            let app = KeeperWorld.app
            _ = try await keeper.setAPI(of: app, "gitlab", at: Self.address, credential: Self.credential)
            let vault = keeper.vault.id.description
            let set = try #require(try effects.programs.api(of: app.description, in: vault))
            let authority = try String(contentsOfFile: world.sandbox.caFile, encoding: .utf8)
            #expect(set.certificateAuthorityPEM == authority && !set.allowsPrivateNetwork)
            let other = APISetting(
                vault: vault, app: set.app, clientID: "made-up-other", api: set.api, address: set.address,
                credential: set.credential, keepsTwo: false, certificateAuthorityPEM: nil, allowsPrivateNetwork: false)
            try effects.programs.set(other, of: set.app, in: vault)
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.driver(of: app) }
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.openRotation(of: app) }
            #expect(try await keeper.rotations().isEmpty)
        }
    }

    @Test func `of a vendor that only a newer program knows is not passed over`() async throws {
        try await Self.with { keeper, effects, _ in
            let app = KeeperWorld.app
            _ = try await keeper.setAPI(of: app, "gitlab", at: Self.address, credential: Self.credential)
            let file = try #require(effects.programs.file)
            let text = try String(contentsOfFile: file, encoding: .utf8)
            try text.replacing("gitlab", with: "made-up-vendor").write(toFile: file, atomically: false, encoding: .utf8)
            await #expect(throws: KeeperError(.misconfigured, "")) { try await keeper.driver(of: app) }
        }
    }

    @Test func `takes its token from a secret or a connection only`() async throws {
        try await Self.with { keeper, _, _ in
            for path in ["main/crm", "main/crm/acme"] {
                await #expect(throws: KeeperError(.usage, "")) {
                    try await keeper.setAPI(
                        of: KeeperWorld.app, "okta", at: Self.address, credential: KeeperWorld.path(path))
                }
            }
            await #expect(throws: KeeperError(.notFound, "")) {
                try await keeper.setAPI(
                    of: KeeperWorld.app, "okta", at: Self.address, credential: KeeperWorld.path("main/none"))
            }
        }
    }
}
