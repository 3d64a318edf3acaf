// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `Opening a vault` {
    private static let home = ["HOME": "/people/ada"]

    @Test func `finds it where the contract says`() throws {
        let plain = try VaultLocation.resolve(environment: Self.home)
        #expect(plain.vaultPath == "/people/ada/.local/share/coffer/vault.db")
        #expect(plain.identity == .file("/people/ada/.config/coffer/identity"))
        let base = ["XDG_DATA_HOME": "/data", "XDG_CONFIG_HOME": "/config"].merging(Self.home) { first, _ in first }
        #expect(try VaultLocation.resolve(environment: base).vaultPath == "/data/coffer/vault.db")
        #expect(try VaultLocation.resolve(environment: base).identity == .file("/config/coffer/identity"))
        let relative = try VaultLocation.resolve(environment: Self.home.merging(["XDG_DATA_HOME": "data"]) { $1 })
        #expect(relative.vaultPath == "/people/ada/.local/share/coffer/vault.db")
    }

    @Test func `heeds flags before the environment, and the identity itself before its file`() throws {
        let all = [
            "HOME": "/people/ada", "COFFER_VAULT": "/v", "COFFER_IDENTITY": "text", "COFFER_IDENTITY_FILE": "/i",
            "COFFER_IDENTITY_COMMAND": "/c",
        ]
        func identity(_ names: String..., file: String? = nil, descriptor: Int32? = nil) throws -> IdentitySource {
            let environment = all.filter { !names.contains($0.key) }
            return try VaultLocation.resolve(
                environment: environment, identityFile: file, identityDescriptor: descriptor
            ).identity
        }
        #expect(try VaultLocation.resolve(environment: all, vault: "/flag").vaultPath == "/flag")
        #expect(try VaultLocation.resolve(environment: all).vaultPath == "/v")
        #expect(try identity(file: "/flag", descriptor: 3) == .file("/flag"))
        #expect(try identity(descriptor: 3) == .descriptor(3))
        #expect(try identity() == .environment("COFFER_IDENTITY"))
        #expect(try identity("COFFER_IDENTITY") == .file("/i"))
        let command = try IdentityProgram("/c", environment: all)
        #expect(command.environment == ["HOME": "/people/ada"])
        #expect(try identity("COFFER_IDENTITY", "COFFER_IDENTITY_FILE") == .command(command))
        #expect(
            try VaultLocation.resolve(environment: all, identityCommand: "/f").identity
                == .command(IdentityProgram("/f", environment: all)))
    }

    @Test func `heeds a pin, the flag before the variable, and passes over none that it can't read`() throws {
        let pins = (0..<2).map { _ in Pin(vaultID: .random(), epoch: 3, manifestHash: .zero) }
        let texts = try pins.map { try PinText($0).written() }
        let environment = Self.home.merging(["COFFER_PIN": texts[0]]) { $1 }
        #expect(try VaultLocation.resolve(environment: Self.home).pin == nil)
        #expect(try VaultLocation.resolve(environment: environment).pin == pins[0])
        #expect(try VaultLocation.resolve(environment: environment, pin: texts[1]).pin == pins[1])
        #expect(throws: VaultError(.invalidIdentity, "")) {
            try VaultLocation.resolve(environment: Self.home.merging(["COFFER_PIN": "/x"]) { $1 })
        }
    }

    @Test func `trusts a pin besides the identity's, and nothing that parts from it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let pin = try await world.keeper().vault.pin
            func open(_ pin: Pin) async throws {
                let location = VaultLocation(
                    vaultPath: world.location.vaultPath, identity: world.location.identity, pin: pin)
                _ = try await Keeper.open(location, effects: world.effects())
            }
            try await open(pin)
            await #expect(throws: VaultError.damaged) {
                try await open(Pin(vaultID: pin.vaultID, epoch: pin.epoch, manifestHash: .zero))
            }
            await #expect(throws: VaultError.damaged) {
                try await open(Pin(vaultID: pin.vaultID, epoch: pin.epoch + 1, manifestHash: .zero))
            }
            await #expect(throws: VaultError(.wrongIdentity, "")) {
                try await open(Pin(vaultID: .random(), epoch: pin.epoch, manifestHash: pin.manifestHash))
            }
        }
    }

    @Test func `is a file or a database, and needs a home`() throws {
        for url in ["postgres://host/db", "postgresql:///db"] {
            let location = try VaultLocation.resolve(environment: Self.home, vault: url)
            #expect(location.isDatabase && location.filePath == nil)
        }
        do {
            _ = try VaultLocation.resolve(environment: Self.home, vault: "mysql://ada:made-up@host/db")
            Issue.record("it was taken")
        } catch let error as KeeperError {
            #expect(error == KeeperError(.usage, "") && !error.message.contains("made-up"))
        }
        #expect(throws: KeeperError(.usage, "")) { try VaultLocation.resolve(environment: [:]) }
    }

    @Test func `that was made before is found by init and left as it is`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let again = try await Keeper.initialise(world.location, effects: world.effects())
            #expect(!again.wasCreated)
            #expect(try await world.keeper().status().count == 1)
        }
    }

    @Test func `is finished by init if it was cut off between identity and vault`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let path = world.location.vaultPath
            let id = try await world.keeper().vault.id
            // The last step undone: the vault still has its unfinished name.
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).init-\(id)")
            let made = try await Keeper.initialise(world.location, effects: world.effects())
            #expect(made.wasCreated)
            #expect(try await world.keeper().vault.id == id)
            // Cut between the two calls that make and remove the names.
            try FileManager.default.linkItem(atPath: path, toPath: "\(path).init-\(id)")
            #expect(try await !Keeper.initialise(world.location, effects: world.effects()).wasCreated)
            #expect(!FileManager.default.fileExists(atPath: "\(path).init-\(id)"))
        }
    }

    @Test func `is never made beside one half that is there`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let path = world.location.vaultPath
            let aside = path + ".aside"
            try FileManager.default.moveItem(atPath: path, toPath: aside)
            await #expect(throws: VaultError(.exists, "")) {
                try await Keeper.initialise(world.location, effects: world.effects())
            }
            try FileManager.default.moveItem(atPath: aside, toPath: path)
            guard case .file(let identity) = world.location.identity else { return }
            try FileManager.default.removeItem(atPath: identity)
            do {
                _ = try await Keeper.initialise(world.location, effects: world.effects())
                Issue.record("an identity was made for a vault that it can't open")
            } catch let error as VaultError {
                #expect(error.code == .missing)
                #expect(error.message.contains("restore the identity"))
            }
        }
    }
}
