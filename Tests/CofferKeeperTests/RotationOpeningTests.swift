// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `A rotation that is opened after a leak` {
    private struct PowerCut: Error {}

    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let key = KeeperWorld.path("main/key")

    @Test func `holds tokens back from its first event on`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper()
            _ = try await reader.token(Self.acme)
            let id = try await world.keeper().openRotation(of: KeeperWorld.app, taint: .hold)
            await #expect(throws: KeeperError(.rotating, "")) { try await reader.token(Self.acme) }
            let report = try await world.keeper().rotation(id)
            #expect(report.state == .running && report.steps.map(\.step) == ["opened"])
            // Whenever the rotation runs and says so, perhaps after a kill.
            #expect(report.taintedAt == report.openedAt)
            let closed = try await world.keeper().resumeRotation(operator: ClickingOperator(sandbox: world.sandbox))
            #expect(closed.state == .closed && closed.steps.prefix(3).map(\.step) == ["opened", "listed", "tainted"])
            _ = try await reader.token(Self.acme)
        }
    }

    @Test func `holds a static secret back from its first event on`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            try await keeper.put(Self.key, Secret("made-up"))
            _ = try await world.keeper().openRotation(of: Self.key, taint: .hold)
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.get(Self.key) }
        }
    }

    @Test func `leaves whoever is told of it a key to sign with, that nobody gets`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            try await keeper.put(Self.key, Secret("made-up"))
            _ = try await world.keeper().openRotation(of: Self.key, taint: .hold)
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.get(Self.key) }
            #expect(try await keeper.signingKey(Self.key) == Secret("made-up"))
            _ = try await world.keeper().resumeRotation(operator: ScriptedOperator([{ "made-up-new-value" }]))
            #expect(try await keeper.signingKey(Self.key) == Secret("made-up-new-value"))
        }
    }

    /// With two commits a cut between them would leave a rotation that holds nothing back.
    @Test(arguments: [1, 2], [acme, key])
    func `is there with its hold, or not at all, at whichever commit the power goes`(
        cut: Int, path: CredentialPath
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            try await world.keeper().put(Self.key, Secret("made-up"))
            let writes = Counter()
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    if durability == .synced, writes.next() >= cut { throw PowerCut() }
                }
            }
            let opened = try? await keeper.openRotation(
                of: path == Self.key ? path : KeeperWorld.app, taint: .hold)
            let rotations = try await world.keeper().rotations()
            #expect(rotations.count == cut - 1 && (opened == nil) == rotations.isEmpty)
            let isHeld: Bool
            do {
                _ =
                    try await path == Self.key
                    ? world.keeper().get(path) : world.keeper().token(path).credential.value
                isHeld = false
            } catch let error as KeeperError where error.code == .rotating {
                isHeld = true
            }
            #expect(isHeld == !rotations.isEmpty)
        }
    }

    /// With two commits a cut between them would leave a freeze that no rotation answers for.
    @Test(arguments: [1, 2]) func `ends the one it is forced over with its own first event, wherever the power goes`(
        cut: Int
    )
        async throws
    {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let planned = try await world.keeper().openRotation(of: KeeperWorld.app, mode: .planned)
            _ = try await world.keeper().resumeRotation(planned, operator: ScriptedOperator(isPresent: false, []))
            let writes = Counter()
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    if durability == .synced, writes.next() >= cut { throw PowerCut() }
                }
            }
            let leak = try? await keeper.openRotation(of: KeeperWorld.app, taint: .hold, isForced: true)
            #expect((leak != nil) == (cut == 2) && writes.count == 1)
            let after = try await world.keeper()
            let states = try await after.rotations().map(\.state)
            #expect(states.filter { $0 == .abandoned }.count == (leak == nil ? 0 : 1), "\(states)")
            #expect(states.filter { !$0.isOver }.count == 1, "\(states)")
            #expect(try await after.appRecord(above: Self.acme).record.frozenBy == (leak ?? planned).description)
        }
    }

    @Test func `is one commit, tried again where another process changes the app in between`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let other = try await world.keeper()
            let writes = Counter()
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    guard durability == .synced, writes.next() == 1 else { return }
                    let entry = try await other.entry(KeeperWorld.app, .app)
                    let draft = try AppRecord(entry).draft(replacing: entry, traced: [])
                    _ = try await other.vault.commit(WriteBatch(.put, reason: "", drafts: [draft]))
                }
            }
            let id = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold)
            #expect(writes.count == 2)
            #expect(try await other.rotation(id).steps.count == 1)
            await #expect(throws: KeeperError(.rotating, "")) { try await other.token(Self.acme) }
        }
    }
}
