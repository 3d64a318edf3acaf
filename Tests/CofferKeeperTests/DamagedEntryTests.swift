// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSQLite
import CofferVault
import Testing

@testable import CofferKeeper

/// Whoever can write the file damages a row in it; the leak is contained all the same.
@Suite(.timeLimit(.minutes(2))) struct `A rotation after a leak, beside an entry that can't be read` {
    private static let other = KeeperWorld.path("main/other")

    /// Puts a row in the place of the one of the same version.
    private static func put(_ row: EntryRow, in world: KeeperWorld) async throws {
        try await SQLiteStore.open(world.location.vaultPath).write(.synced) { transaction in
            try transaction.replace(row, expecting: row.version)
        }
    }

    @Test func `replaces the secret and every token, and is closed when all can be read`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let lines = RecordedLines()
            let keeper = try await Keeper.open(world.location, effects: world.effects(log: lines.log))
            try await keeper.put(Self.other, Secret("made-up-other"))
            let id = try #require(try await keeper.vault.inspect(Self.other)).id
            let row = try await SQLiteStore.open(world.location.vaultPath).read { try $0.row(id: id) }
            let whole = try #require(row)
            var damaged = whole
            damaged.useBox[0] ^= 1
            try await Self.put(damaged, in: world)

            #expect(try await keeper.previewRotation(of: KeeperWorld.app).connections == ["main/crm/acme"])
            let rotation = try await keeper.openRotation(of: KeeperWorld.app)
            let person = ClickingOperator(sandbox: world.sandbox)
            await #expect(throws: VaultError.damaged) {
                try await keeper.resumeRotation(rotation, operator: person)
            }
            let open = try await keeper.rotation(rotation)
            #expect(open.state == .running && open.oldSecretDeadAt != nil, "\(open.text)")
            #expect(open.connections.map(\.outcome) == [.reissued], "\(open.text)")
            #expect(lines.all.contains { $0.contains("coffer verify") }, "\(lines.all)")

            try await Self.put(whole, in: world)
            let closed = try await keeper.resumeRotation(rotation, operator: person)
            #expect(closed.state == .closed && !closed.closedUnproven, "\(closed.text)")
        }
    }
}
