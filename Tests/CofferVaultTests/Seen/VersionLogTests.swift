// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `The log of versions that were seen` {
    /// A vault with a reader, and a folder for what is seen.
    private struct World {
        let members: RoledVault
        let folder: String

        init(_ folder: String) async throws {
            self.folder = folder
            members = try await RoledVault()
        }

        func reader(folder other: String? = nil) async throws -> Vault {
            try await Vault.unlock(
                members.store, with: IdentityText(identity: members.reader, pin: members.pin),
                remembering: SeenPlace(folder: other ?? folder, warn: { Issue.record("\($0)") }), now: Sample.now)
        }

        func row(_ id: EntryID) throws -> EntryRow { try #require(members.store.tamper { $0.entries[id] }) }
    }

    private static let path = "main/a"
    private static let handOut = AuditRecord(at: Sample.instant, action: .handOut, paths: [path])

    private static func with(_ body: (World, _ older: EntryRow, _ newer: EntryRow) async throws -> Void) async throws {
        try await TemporaryFolder.with { folder in
            let world = try await World(folder + "/seen")
            let owner = try await world.members.unlock(world.members.owner)
            let first = try await owner.put(Sample.draft(path, refresh: "r1"))
            let older = try world.row(first.id)
            _ = try await owner.put(try EntryDraft(replacing: first))
            try await body(world, older, try world.row(first.id))
        }
    }

    private static func fence(_ row: EntryRow) -> EntryFence { EntryFence(row.id, version: row.version) }

    private static func handOut(_ row: EntryRow, by vault: Vault) async throws {
        try await vault.record(handOut, whileUnchanged: [fence(row)])
    }

    @Test func `an entry that was replaced since it was read has changed, and nobody put anything back`() async throws {
        try await Self.with { world, older, newer in
            let reader = try await world.reader()
            try await Self.handOut(newer, by: reader)
            for vault in [reader, try await world.reader()] {
                let error = await #expect(throws: VaultError.self) { try await Self.handOut(older, by: vault) }
                #expect(error?.code == .conflict)
            }
        }
    }

    @Test func `a reader that was handed a newer version is handed no older one, in this process and the next`()
        async throws
    {
        try await Self.with { world, older, newer in
            let reader = try await world.reader()
            try await Self.handOut(newer, by: reader)
            world.members.store.tamper { $0.entries[older.id] = older }
            for vault in [reader, try await world.reader()] {
                let error = await #expect(throws: VaultError.self) { try await Self.handOut(older, by: vault) }
                #expect(error?.code == .damaged)
                #expect(error?.message.contains("older than what this machine has seen") == true)
            }
            world.members.store.tamper { $0.entries[newer.id] = newer }
            try await Self.handOut(newer, by: reader)
        }
    }

    @Test func `what is remembered without a hand-out counts as one, and refuses nothing newer`() async throws {
        try await Self.with { world, older, newer in
            let reader = try await world.reader()
            try await reader.confirmNotOlder([Self.fence(older)])
            reader.rememberSeen([Self.fence(newer)])
            // The newer one is there: whoever read the older one was overtaken.
            await #expect(throws: VaultError(.conflict, "")) { try await reader.confirmNotOlder([Self.fence(older)]) }
            world.members.store.tamper { $0.entries[older.id] = older }
            for vault in [reader, try await world.reader()] {
                await #expect(throws: VaultError.damaged) { try await vault.confirmNotOlder([Self.fence(older)]) }
                await #expect(throws: VaultError.damaged) { try await Self.handOut(older, by: vault) }
            }
            world.members.store.tamper { $0.entries[newer.id] = newer }
            let owner = try await world.members.unlock(world.members.owner)
            let present = try #require(try await owner.inspect(newer.id))
            _ = try await owner.put(try EntryDraft(replacing: present))
            let newest = try world.row(newer.id)
            for vault in [reader, try await world.reader()] { try await Self.handOut(newest, by: vault) }
        }
    }

    @Test func `rotations stand in it beside entries`() throws {
        let log = VersionLog(beside: "/dev/null/none", warn: { _ in })
        let rotation = try EntryID([UInt8](repeating: 7, count: 8) + [UInt8](repeating: 0, count: 8))
        log.keep([EntryFence(rotation, version: 1), EntryFence(EntryID.random(), version: 1)], restoredAt: 0)
        #expect(log.rotations(restoredAt: 0) == [rotation])
        #expect(log.rotations(restoredAt: 7).isEmpty)
    }

    @Test func `a machine that has seen nothing of it can be shown the older one`() async throws {
        try await Self.with { world, older, newer in
            try await Self.handOut(newer, by: try await world.reader())
            world.members.store.tamper { $0.entries[older.id] = older }
            try await Self.handOut(older, by: try await world.reader(folder: world.folder + "/other"))
        }
    }

    @Test func `after a restoration versions count anew`() throws {
        let log = VersionLog(beside: "/dev/null/none", warn: { _ in })
        let id = EntryID.random()
        log.keep([EntryFence(id, version: 5)], restoredAt: 0)
        #expect(!log.allows([EntryFence(id, version: 4)], restoredAt: 0))
        #expect(log.allows([EntryFence(id, version: 4)], restoredAt: 7))
    }

    @Test func `a torn line is passed over`() async throws {
        try await TemporaryFolder.with { folder in
            let ids = [EntryID.random(), EntryID.random()]
            VersionLog(beside: folder + "/a", warn: { _ in }).keep([EntryFence(ids[0], version: 5)], restoredAt: 0)
            let file = URL(fileURLWithPath: folder + "/a.versions")
            let line = try Data(contentsOf: file)
            for length in 1..<line.count {
                try (line + line.prefix(length)).write(to: file)
                VersionLog(beside: folder + "/a", warn: { _ in }).keep([EntryFence(ids[1], version: 3)], restoredAt: 0)
                let log = VersionLog(beside: folder + "/a", warn: { _ in })
                #expect(!log.allows([EntryFence(ids[0], version: 4)], restoredAt: 0))
                #expect(!log.allows([EntryFence(ids[1], version: 2)], restoredAt: 0))
            }
        }
    }

    @Test func `a file of overtaken lines is rewritten, and says the same`() async throws {
        try await TemporaryFolder.with { folder in
            let ids = (0..<10).map { _ in EntryID.random() }
            let log = VersionLog(beside: folder + "/a", warn: { Issue.record("\($0)") })
            for version in UInt64(1)...500 { log.keep(ids.map { EntryFence($0, version: version) }, restoredAt: 0) }
            let size = try FileManager.default.attributesOfItem(atPath: folder + "/a.versions")[.size] as? Int
            // 5,000 lines were written; what is left was added since it was rewritten.
            #expect(try #require(size) < 1_000 * 36)
            let again = VersionLog(beside: folder + "/a", warn: { Issue.record("\($0)") })
            for id in ids {
                #expect(!again.allows([EntryFence(id, version: 499)], restoredAt: 0))
                #expect(again.allows([EntryFence(id, version: 500)], restoredAt: 0))
            }
        }
    }
}
