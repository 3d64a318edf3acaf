// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite(.timeLimit(.minutes(5))) struct `A vault that is moved` {
    @Test(arguments: MovedStores.present)
    func `lies whole in the new store and is refused in the old one`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            let before = try await world.values(source)
            let report = try await world.move().run()
            #expect(report.entryCount == 20)
            #expect(report.unopened == [])
            #expect(!report.wasBegun)
            try await world.expectMoved(before)
            let mark = try await world.move().readSource().mark
            #expect(mark?.isDone == true)
            // Said again, it changes nothing.
            let again = try await world.move().run()
            #expect(again.wasBegun && again.entryCount == 20)
            try await world.expectMoved(before)
        }
    }

    @Test(arguments: MovedStores.present)
    func `goes on in the new store`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            _ = try await world.move().run()
            let vault = try await world.unlock(target)
            let entry = try #require(try await vault.inspect(Sample.path("main/app/3")))
            try await vault.confirmNewest(entry)
            _ = try await vault.replace(entry, access: "made-up")
            let events = try await vault.ownAudit().filter { $0.action == .migrate }.map { $0.details["step"] }
            #expect(events == ["begun", "marked", "ended"])
            let findings = try await vault.verify().findings
            #expect(findings == [])
        }
    }

    @Test(arguments: MovedStores.present)
    func `takes what others do meanwhile along`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            let vault = world.vault
            // After the second page of entries: behind it and before it something changes.
            let watched = InterposingStore(target, afterWrite: 2) {
                let entries = try await vault.inspectAll().sorted { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) }
                for entry in [entries[0], entries[19]] { _ = try await vault.replace(entry, access: "changed") }
                _ = try await vault.commit(WriteBatch(.remove, removals: [entries[1], entries[18]]))
                // The path of one that was copied already, under another id.
                _ = try await vault.put(Sample.draft(entries[1].path.description))
                _ = try await vault.put(Sample.draft("main/app/new"))
                try await vault.appendJournal([2], to: .random(), at: 0, for: Sample.path("main/app"), reason: "")
            }
            let report = try await world.move(to: watched).run()
            #expect(report.entryCount == 20)
            let values = try await world.values(target)
            #expect(values.filter { $0.contains("changed") }.count == 2)
            #expect(values.contains { $0.hasPrefix("main/app/new ") })
            try await world.expectMoved(values)
        }
    }

    @Test func `keeps which of two events wrote a version that was sealed again`() async throws {
        let members = try await RoledVault()
        let issuer = try await members.unlock(members.issuer)
        let owner = try await members.unlock(members.owner)
        try await RekeyWorld.fill(issuer, 9)
        _ = try await owner.rekey()
        let expected = try await owner.verify().findings
        let target = MemoryStore()
        let text = IdentityText(identity: members.owner, pin: members.pin)
        _ = try await VaultMove(
            from: members.store, to: target, with: text, as: MoveWorld.place, pageLength: 4, now: Sample.now
        ).run()
        let before = try await members.store.read { try $0.bindings(after: nil, limit: 99) }
        let after = try await target.read { try $0.bindings(after: nil, limit: 99) }
        #expect(before == after)
        let findings = try await Vault.unlock(target, with: text, now: Sample.now).verify().findings
        #expect(findings == expected)
    }

    @Test func `takes wishes, boxes and answers along that could not be committed`() async throws {
        let world = try await MoveWorld(MemoryStore(), MemoryStore())
        let entry = try #require(try await world.vault.inspect(Sample.path("main/app/1")))
        let signer = world.text.identity.publicIdentity.signingKey
        let wish = StoredWish(entry: entry.id, signer: signer, body: [1])
        let box = StoredPassphraseBox(signer: signer, body: [2])
        try await world.source.write(.synced) { transaction in
            try transaction.leave(wish)
            try transaction.keep(box)
        }
        try world.source.spill.keep([3], for: entry.id, version: entry.version)
        _ = try await world.move().run()
        #expect(try await world.target.read { try $0.wishes(limit: 9) } == [wish])
        #expect(try await world.target.read { try $0.passphraseBox(of: signer) } == box)
        #expect(try world.target.spill.kept(for: entry.id).map(\.bytes) == [[3]])
    }

    // MARK: - Cut off

    @Test(arguments: MoveCut.all)
    func `cut off at each of its writes opens in one place at most, and is gone on with`(cut: MoveCut) async throws {
        var number = 1
        while try await isCutOff(cut, at: number) { number += 1 }
        // The old store is told that it begins, that it is marked, and that it is done; the new one has three pages of entries,
        // the journal, and so on.
        #expect(cut.isSource ? number == 4 : number > 6)
    }

    /// Whether a move makes a write of a number, at which it is cut off then.
    private func isCutOff(_ cut: MoveCut, at number: Int) async throws -> Bool {
        try await cut.stores.with { source, target in
            let world = try await MoveWorld(source, target, entryCount: 9)
            let before = try await world.values(source)
            let dying = FailingStore(cut.isSource ? source : target, write: number, cut.moment)
            var isCutOff = false
            do {
                _ = try await world.move(from: cut.isSource ? dying : nil, to: cut.isSource ? nil : dying).run()
            } catch is FailingStore.Death {
                isCutOff = true
            }
            let opens = (await world.opens(source), await world.opens(target))
            #expect(!(opens.0 && opens.1))
            if opens.0 { #expect(try await world.values(source) == before) }
            let report = try await world.move().run()
            #expect(report.entryCount == 9)
            try await world.expectMoved(before)
            return isCutOff
        }
    }

    @Test func `after the mark goes to no other place`() async throws {
        let world = try await MoveWorld(MemoryStore(), MemoryStore())
        let dying = FailingStore(world.source, write: 2, .afterCommit)
        await #expect(throws: FailingStore.Death.self) { _ = try await world.move(from: dying).run() }
        let other = MoveDestination(.database, named: "postgres:///made-up", isTold: true)
        await #expect(throws: VaultError(.moved, "")) {
            _ = try await world.move(to: MemoryStore(), as: other).run()
        }
        _ = try await world.move().run()
        // Once it is done it is not done again, whatever became of the new store.
        await #expect(throws: VaultError(.moved, "")) { _ = try await world.move(to: MemoryStore()).run() }
    }

    // MARK: - Refused

    @Test(arguments: MovedStores.present)
    func `waits for refreshes that are under way`(stores: MovedStores) async throws {
        try await stores.with { source, target in
            let world = try await MoveWorld(source, target)
            let before = try await world.values(source)
            let entry = try #require(try await world.vault.inspect(Sample.path("main/app/5")))
            let lock = try #require(try await source.tryLock(entry.id))
            await #expect(throws: VaultError(.busy, "")) { _ = try await world.move().run() }
            #expect(try await world.values(source) == before)
            let opens = await world.opens(target)
            #expect(!opens)
            lock.release()
            let report = try await world.move(wait: .seconds(30)).run()
            #expect(report.wasBegun)
            try await world.expectMoved(before)
        }
    }

    @Test func `replaces no other vault, and is not mixed with the beginning of one`() async throws {
        let world = try await MoveWorld(MemoryStore(), MemoryStore())
        let other = MemoryStore()
        _ = try await Sample.vault(in: other)
        await #expect(throws: VaultError(.exists, "")) { _ = try await world.move(to: other).run() }
        let begun = try await MoveWorld(MemoryStore(), MemoryStore())
        let dying = FailingStore(begun.source, write: 2, .beforeCommit)
        await #expect(throws: FailingStore.Death.self) { _ = try await begun.move(from: dying).run() }
        await #expect(throws: VaultError(.exists, "")) { _ = try await world.move(to: begun.target).run() }
        let opens = await world.opens(world.source)
        #expect(opens)
    }

    @Test func `is moved by owners alone`() async throws {
        let members = try await RoledVault()
        for identity in [members.issuer, members.reader] {
            let text = IdentityText(identity: identity, pin: members.pin)
            await #expect(throws: VaultError(.notPermitted, "")) {
                _ = try await VaultMove(
                    from: members.store, to: MemoryStore(), with: text, as: MoveWorld.place, now: Sample.now
                ).run()
            }
        }
    }

    @Test func `with an entry that does not open stays where it is`() async throws {
        let store = MemoryStore()
        let world = try await MoveWorld(store, MemoryStore())
        store.tamper { contents in
            guard let id = contents.entries.keys.first else { return }
            contents.entries[id]?.useBox.append(0)
        }
        await #expect(throws: VaultError.damaged) { _ = try await world.move().run() }
        let opens = await world.opens(store)
        #expect(opens)
    }
}
