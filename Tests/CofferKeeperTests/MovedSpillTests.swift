// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// New tokens that lie sealed outside the vault, found by a process that knows it by another name.
@Suite struct `What the vault could not take` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// Refreshes, half a minute before the access token ends, in a process that can't write the answer.
    private static func spill(_ world: KeeperWorld) async throws {
        world.time.advance(by: 86400 - 30)
        let keeper = try await world.keeper { store in
            WatchedStore(store) { write, _ in if write > 1 { throw VaultError(.diskFull, "there is no room") } }
        }
        #expect((try await keeper.refresh(.forced(acme)).first?.failure as? KeeperError)?.code == .spilled)
        await keeper.close()
    }

    /// Moves the vault as a person does who does not know what else lies there.
    private static func move(_ world: KeeperWorld) throws -> VaultLocation {
        let location = try copy(world)
        for suffix in ["", "-wal"] { try? FileManager.default.removeItem(atPath: world.location.vaultPath + suffix) }
        return location
    }

    private static func copy(_ world: KeeperWorld) throws -> VaultLocation {
        let files = FileManager.default
        try files.createDirectory(
            atPath: "\(world.folder)/elsewhere", withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        for suffix in ["", "-wal"] where files.fileExists(atPath: world.location.vaultPath + suffix) {
            // By way of a copy: a store that is still open here must not be the one that is opened there.
            try files.copyItem(
                atPath: world.location.vaultPath + suffix, toPath: "\(world.folder)/elsewhere/vault.db" + suffix)
        }
        return VaultLocation(
            vaultPath: "\(world.folder)/elsewhere/vault.db", identity: world.location.identity,
            stateFolder: "\(world.folder)/another-state")
    }

    @Test func `is found by a process with another state folder`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            world.sandbox.log.clear()
            for name in ["one", "other"] {
                let location = VaultLocation(
                    vaultPath: world.location.vaultPath, identity: world.location.identity,
                    stateFolder: "\(world.folder)/\(name)")
                let keeper = try await Keeper.open(location, effects: world.effects())
                _ = try await keeper.token(Self.acme)
                await keeper.close()
            }
            #expect(world.sandbox.log.records.isEmpty)
            #expect(try await world.refreshToken("acme") != old)
        }
    }

    @Test func `is found where its intent says although the vault was moved, and stays there`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            let folder = world.location.vaultPath + "-spill"
            let location = try Self.move(world)
            world.sandbox.log.clear()
            let keeper = try await Keeper.open(location, effects: world.effects())
            _ = try await keeper.token(Self.acme)
            #expect(world.sandbox.log.records.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
            let present = try await keeper.get(Self.acme, field: "refresh_token").withExposedText { $0 }
            #expect(present != old)
            #expect(try await keeper.refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(world.presented(old) == 0)
            await keeper.close()
        }
    }

    @Test func `is left to the vault that spilled it by one that is a copy of it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            let location = try Self.copy(world)
            world.sandbox.log.clear()
            let copy = try await Keeper.open(location, effects: world.effects())
            _ = try await copy.token(Self.acme)
            let present = try await copy.get(Self.acme, field: "refresh_token").withExposedText { $0 }
            await copy.close()
            let original = try await world.keeper()
            _ = try await original.token(Self.acme)
            await original.close()
            #expect(world.sandbox.log.records.isEmpty)
            #expect(try await world.refreshToken("acme") == present)
            #expect(present != old)
            let folder = world.location.vaultPath + "-spill"
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    /// Neither presented nor given up: either would cost the pair.
    @Test func `is waited for where others may enter its folder, until they may not`() async throws {
        let habits = RefreshTokenBehaviour(rotation: .always, retryAfterLostAnswer: false)
        try await KeeperWorld.with(accounts: ["acme"], refreshTokens: habits) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            let folder = world.location.vaultPath + "-spill"
            let location = try Self.move(world)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            world.sandbox.log.clear()
            let keeper = try await Keeper.open(location, effects: world.effects())
            world.time.advance(by: 60)
            for _ in 0..<2 {
                let failure = try await keeper.refresh(.forced(Self.acme)).first?.failure as? VaultError
                #expect(failure?.code == .unsafePermissions)
                #expect(failure?.message.contains("new tokens may lie in \(folder), which can't be") == true)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            _ = try await keeper.token(Self.acme)
            let present = try await keeper.get(Self.acme, field: "refresh_token").withExposedText { $0 }
            #expect(present != old)
            #expect(world.sandbox.log.records.isEmpty)
            await keeper.close()
        }
    }

    @Test func `keeps nobody from a token that still serves, where its folder can't be used, and that is told`()
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try await Self.spill(world)
            let location = try Self.move(world)
            let folder = world.location.vaultPath + "-spill"
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            // Back to where the old access token serves for long.
            world.time.advance(by: -3600)
            let lines = RecordedLines()
            let keeper = try await Keeper.open(location, effects: world.effects(log: lines.log))
            _ = try await keeper.token(Self.acme)
            #expect(lines.all.contains { $0.contains("is not looked into") && $0.contains("open to other users") })
            await keeper.close()
        }
    }

    /// Another version of the entry is one for which nothing is found any more.
    @Test func `is not written over by a login or a change where its folder can't be used`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            let location = try Self.move(world)
            let folder = world.location.vaultPath + "-spill"
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            let keeper = try await Keeper.open(location, effects: world.effects())
            let version = try #require(try await keeper.vault.inspect(Self.acme)).version
            world.sandbox.log.clear()
            // Before anybody has logged in: the new pair would be lost otherwise.
            await #expect(throws: VaultError(.unsafePermissions, "")) {
                _ = try await keeper.registration(forConnecting: Self.acme)
            }
            await #expect(throws: VaultError(.unsafePermissions, "")) {
                try await keeper.changeConnection(Self.acme, action: .rotate, reason: "test") { record in
                    record.lastError = "changed"
                    return true
                }
            }
            try await keeper.changeConnection(Self.acme, action: .rotate, reason: "test") { _ in false }
            #expect(try await keeper.vault.inspect(Self.acme)?.version == version)
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            _ = try await keeper.registration(forConnecting: Self.acme)
            try await keeper.changeConnection(Self.acme, action: .rotate, reason: "test") { record in
                record.lastError = "changed"
                return true
            }
            #expect(world.sandbox.log.records.isEmpty)
            let present = try await keeper.get(Self.acme, field: "refresh_token").withExposedText { $0 }
            #expect(present != old)
            await keeper.close()
        }
    }

    @Test func `is reported and kept by doctor, verify and rekey where the vault was before`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            try await Self.spill(world)
            let location = try Self.move(world)
            let folder = world.location.vaultPath + "-spill"
            func examine() async -> DoctorFinding? {
                let doctor = Doctor(location, effects: world.effects(), isDumpable: false, isOffline: true)
                return await doctor.examine().first { $0.check == "spill_elsewhere" }
            }
            let keeper = try await Keeper.open(location, effects: world.effects())
            func verify() async throws -> [String] {
                let report = try await keeper.verify()
                #expect(report.isSound)
                return report.findings.filter { ($0.place + $0.what).contains(folder) }.map(\.what)
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            #expect(await examine()?.result == .failure)
            #expect(await examine()?.code == "unsafe_permissions")
            let unsearched = try await verify()
            #expect(unsearched.count == 1)
            #expect(unsearched.first?.contains("can't be looked into") == true)
            #expect(try await keeper.rekey().spaces.map(\.kept) == [.unsearched])

            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
            #expect(await examine()?.result == .warning)
            #expect(try await verify() == ["an answer waits to be taken into the vault"])
            #expect(try await keeper.rekey().spaces.map(\.kept) == [.spilled])

            #expect(try await keeper.refresh(.forced(Self.acme)).first?.failure == nil)
            #expect(world.presented(old) == 1)
            #expect(await examine()?.result == .ok)
            #expect(try await verify().isEmpty)
            #expect(try await keeper.rekey().isFinished)
            await keeper.close()
        }
    }
}
