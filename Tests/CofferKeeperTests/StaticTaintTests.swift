// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(2))) struct `The taint of a static secret` {
    private static let path = KeeperWorld.path("main/key")
    private static let other = KeeperWorld.path("main/other")
    private static let old = "made-up-old"
    private static let new = "made-up-new"

    /// A world with the secret in it, and its row as it was before anything leaked.
    private static func with(_ body: (KeeperWorld, _ before: EntryRow) async throws -> Void) async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(path, Secret(old))
            try await world.keeper().put(other, Secret("made-up-other"))
            try await body(world, try await row(of: path, in: world))
        }
    }

    /// Opens the vault on a machine of that name, which remembers what it has seen.
    private static func keeper(on machine: String, in world: KeeperWorld) async throws -> Keeper {
        let location = VaultLocation(
            vaultPath: world.location.vaultPath, identity: world.location.identity,
            stateFolder: "\(world.folder)/\(machine)")
        return try await Keeper.open(location, effects: world.effects())
    }

    private static func row(of path: CredentialPath, in world: KeeperWorld) async throws -> EntryRow {
        let id = try #require(try await world.keeper().vault.inspect(path)).id
        let row = try await SQLiteStore.open(world.location.vaultPath).read { try $0.row(id: id) }
        return try #require(row)
    }

    /// Puts a row in the place of the present one, as whoever can write the file may.
    private static func putBack(_ row: EntryRow, in world: KeeperWorld) async throws {
        try await SQLiteStore.open(world.location.vaultPath).write(.synced) { transaction in
            guard let present = try transaction.row(id: row.id) else { throw VaultError.damaged }
            try transaction.replace(row, expecting: present.version)
        }
    }

    private static func expectOlder(
        _ keeper: Keeper, sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        await #expect(throws: VaultError.damaged, sourceLocation: sourceLocation) { try await keeper.get(path) }
        await #expect(throws: VaultError.damaged, sourceLocation: sourceLocation) {
            try await keeper.credential(for: CredentialRequest(path: path))
        }
    }

    @Test(arguments: [TaintStrength.hold, .serve])
    func `outlives an older row that is put back, where it was set`(taint: TaintStrength) async throws {
        try await Self.with { world, before in
            let keeper = try await Self.keeper(on: "a", in: world)
            let id = try await keeper.openRotation(of: Self.path, taint: taint)
            try await Self.putBack(before, in: world)
            for process in [keeper, try await Self.keeper(on: "a", in: world)] { await Self.expectOlder(process) }
            // Nor is anything made of it.
            await #expect(throws: VaultError.damaged) {
                try await keeper.resumeRotation(id, operator: ScriptedOperator([{ Self.new }]))
            }
            // Nowhere else is anything known of it; the threat model says so.
            #expect(try await Self.keeper(on: "b", in: world).get(Self.path) == Secret(Self.old))
        }
    }

    /// Written over it, the new value would have a version that was seen already, and be refused for ever.
    @Test func `lets nobody write over the row that was put back, but remove it and begin anew`() async throws {
        try await Self.with { world, before in
            let keeper = try await Self.keeper(on: "a", in: world)
            let id = try await keeper.openRotation(of: Self.path, taint: .hold)
            let report = try await keeper.resumeRotation(id, operator: ScriptedOperator([{ Self.new }]))
            #expect(report.state == .closed, "\(report.text)")
            try await Self.putBack(before, in: world)
            await #expect(throws: VaultError.damaged) { try await keeper.put(Self.path, Secret("made-up-later")) }
            try await keeper.remove(Self.path)
            try await keeper.put(Self.path, Secret("made-up-anew"))
            #expect(try await Self.keeper(on: "a", in: world).get(Self.path) == Secret("made-up-anew"))
        }
    }

    @Test func `is remembered where a value was refused because of it, whatever is still in memory`() async throws {
        try await Self.with { world, before in
            let reader = try await Self.keeper(on: "b", in: world)
            let request = CredentialRequest(path: Self.path)
            #expect(try await reader.credential(for: request).value == Secret(Self.old))
            _ = try await Self.keeper(on: "a", in: world).openRotation(of: Self.path, taint: .hold)
            await #expect(throws: KeeperError(.rotating, "")) { try await reader.credential(for: request) }
            let late = try await Self.keeper(on: "c", in: world)
            await #expect(throws: KeeperError(.rotating, "")) { try await late.get(Self.path) }
            try await Self.putBack(before, in: world)
            for process in [reader, late] { await Self.expectOlder(process) }
            for machine in ["b", "c"] { await Self.expectOlder(try await Self.keeper(on: machine, in: world)) }
        }
    }

    @Test func `is remembered where a bundle left the value out`() async throws {
        try await Self.with { world, before in
            _ = try await world.join("ci", .reader)
            _ = try await world.keeper().openRotation(of: Self.path, taint: .hold)
            let keeper = try await Self.keeper(on: "b", in: world)
            let request = BundleRequest(
                member: "ci", prefixes: [], life: BundleRequest.usualLife, allowsUnauditedReading: false)
            func bundle(_ name: String) async throws -> BundleView {
                try await keeper.makeBundle(
                    request, at: TargetFile("\(world.folder)/\(name)", replacing: false, sparing: world.location))
            }
            #expect(try await bundle("one").leftOut.map(\.path) == ["main/key"])
            try await Self.putBack(before, in: world)
            await #expect(throws: VaultError.damaged) { try await bundle("two") }
            await Self.expectOlder(keeper)
        }
    }

    @Test func `ends with the value, for whoever has seen it, and does not come back with a row`() async throws {
        try await Self.with { world, before in
            let keeper = try await Self.keeper(on: "a", in: world)
            let reader = try await Self.keeper(on: "b", in: world)
            let id = try await keeper.openRotation(of: Self.path, taint: .serve)
            #expect(try await reader.get(Self.path) == Secret(Self.old))
            let tainted = try await Self.row(of: Self.path, in: world)
            let third = try await Self.keeper(on: "c", in: world)
            let report = try await third.resumeRotation(id, operator: ScriptedOperator([{ Self.new }]))
            #expect(report.state == .closed, "\(report.text)")
            for process in [keeper, reader, try await Self.keeper(on: "b", in: world)] {
                #expect(try await process.get(Self.path) == Secret(Self.new))
            }
            for row in [tainted, before] {
                try await Self.putBack(row, in: world)
                for process in [keeper, reader, third] { await Self.expectOlder(process) }
            }
        }
    }

    @Test func `keeps nobody from a value that is put, made anew or sealed anew`() async throws {
        try await Self.with { world, _ in
            let keeper = try await Self.keeper(on: "a", in: world)
            let reader = try await Self.keeper(on: "b", in: world)
            func expect(_ value: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
                for process in [keeper, reader, try await Self.keeper(on: "b", in: world)] {
                    #expect(try await process.get(Self.path) == Secret(value), sourceLocation: sourceLocation)
                }
            }
            let id = try await keeper.openRotation(of: Self.path, taint: .hold)
            _ = try await world.keeper().rekey()
            await #expect(throws: KeeperError(.rotating, "")) { try await reader.get(Self.path) }
            _ = try await world.keeper().resumeRotation(id, operator: ScriptedOperator([{ Self.new }]))
            try await expect(Self.new)
            _ = try await world.keeper().rekey()
            try await expect(Self.new)
            try await world.keeper().put(Self.path, Secret("made-up-later"))
            try await expect("made-up-later")
            try await world.keeper().remove(Self.path)
            try await world.keeper().put(Self.path, Secret("made-up-anew"))
            try await expect("made-up-anew")
        }
    }

    @Test func `of an app counts for webhooks too, whatever row of it is put back`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await Self.keeper(on: "a", in: world)
            let notice = try WebhookRequest(
                target: "/hook?\(world.sandbox.removalNotice(account: "acme"))", headers: [], body: Secret(""))
            _ = try await keeper.check(notice, at: KeeperWorld.app)
            let before = try await Self.row(of: KeeperWorld.app, in: world)
            _ = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold)
            try await Self.putBack(before, in: world)
            await #expect(throws: VaultError.damaged) { try await keeper.check(notice, at: KeeperWorld.app) }
        }
    }

    @Test func `has a rotation that is missed if its journal is taken out, and others go on`() async throws {
        try await Self.with { world, _ in
            let keeper = try await Self.keeper(on: "a", in: world)
            let gone = try await keeper.openRotation(of: Self.path)
            let open = try await keeper.openRotation(of: Self.other)
            #expect(try await keeper.rotations().count == 2)
            let journal = try VaultRotationJournal.entryID(gone)
            try await SQLiteStore.open(world.location.vaultPath).write(.synced) { transaction in
                try transaction.removeJournal(of: journal)
            }
            for process in [keeper, try await Self.keeper(on: "a", in: world)] {
                let error = await #expect(throws: VaultError.self) { try await process.rotations() }
                #expect(error?.code == .damaged && error?.message.contains(gone.description) == true)
                await #expect(throws: VaultError.damaged) { try await process.rotation(nil) }
                await #expect(throws: VaultError.damaged) {
                    try await process.resumeRotation(gone, operator: ScriptedOperator([{ Self.new }]))
                }
            }
            let report = try await keeper.resumeRotation(open, operator: ScriptedOperator([{ Self.new }]))
            #expect(report.state == .closed, "\(report.text)")
            #expect(try await Self.keeper(on: "b", in: world).rotations().map(\.id) == [open])
        }
    }
}
