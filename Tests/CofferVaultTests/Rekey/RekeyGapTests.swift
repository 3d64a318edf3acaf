// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What happens between the last row that is sealed again and the end of the old keys.
@Suite struct RekeyGapTests {
    @Test func `a removal there begins it anew, and it ends under the newest keys`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        let before = try await world.values(world.members.owner)
        let other = try await world.members.unlock(world.members.owner)
        let store = GapStore(world.store) { number in
            if number == 0 { _ = try await other.removeMember("reader") }
        }
        let report = try await world.unlock(store).rekey()
        #expect(report.isFinished)
        #expect(report.spaces.map(\.generation) == [3])
        #expect(report.spaces.map(\.dropped) == [[1, 2]])
        #expect(report.spaces.flatMap(\.damaged) == [])
        #expect(Set(world.rows.map(\.generation)) == [3])
        #expect(try await world.values(world.members.owner) == before)
        #expect(try await world.owner.verify().findings == [])
    }

    @Test func `newer keys that somebody begins right after its own are gone on to`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let other = try await world.members.unlock(world.members.owner)
        // Nothing has told this vault of them when the run begins.
        let store = InterposingStore(world.store, afterWrite: 1) { _ = try await other.beginGeneration(of: "main") }
        let report = try await world.unlock(store).rekey()
        #expect(report.isFinished && report.spaces.map(\.generation) == [3])
        #expect(Set(world.rows.map(\.generation)) == [3])
    }

    @Test func `removals again and again end it in bounds, with the old keys kept`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        let other = try await world.members.unlock(world.members.owner)
        let store = GapStore(world.store) { _ in _ = try await other.beginGeneration(of: "main") }
        let report = try await world.unlock(store).rekey()
        #expect(report.spaces.map(\.kept) == [.changing])
        #expect(store.gapCount == 16)
        #expect(try await world.owner.rekey().isFinished)
    }

    @Test func `another re-keying that goes through there leaves nothing to do`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let other = try await world.members.unlock(world.members.owner)
        let store = GapStore(world.store) { number in
            guard number == 0 else { return }
            for _ in 0..<2 { _ = try await other.rekey() }
        }
        let report = try await world.unlock(store).rekey()
        #expect(report.isFinished && report.spaces.map(\.generation) == [3])
        #expect(Set(world.rows.map(\.generation)) == [3])
    }

    @Test func `a row that is put back there under the old keys is named and keeps them`() async throws {
        let world = try await RekeyWorld(entryCount: 3)
        let id = try #require(try await world.owner.inspect(world.path(1))).id
        let old = try #require(world.store.tamper { $0.entries[id] })
        let store = GapStore(world.store) { [store = world.store] number in
            if number == 0 { store.tamper { $0.entries[id] = old } }
        }
        let report = try await world.unlock(store).rekey()
        #expect(report.spaces.map(\.kept) == [.damaged])
        #expect(report.spaces[0].damaged.map(\.place) == ["entry main/app/1"])
        let newest = try await world.members.unlock(world.members.owner)
        #expect(newest.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        #expect(try await newest.inspect(id)?.use.text(16) == "access 1")
    }

    @Test func `a refresh that begins there under keys which are replaced then keeps those until it has ended`()
        async throws
    {
        let world = try await RekeyWorld(entryCount: 2)
        let entry = try #require(try await world.owner.inspect(world.path(0)))
        let other = try await world.members.unlock(world.members.owner)
        let late = Mutex<(lock: any StoreLock, answer: SpilledAnswer)?>(nil)
        let store = GapStore(world.store) { [store = world.store] number in
            guard number == 0 else { return }
            let lock = try #require(try store.tryLock(entry.id))
            let space = try await other.reading { state, _ in try state.space(ofName: "main") }
            #expect(space.current.generation == 2)
            let answer = try SpilledAnswer(sealing: entry.use, for: entry.id, version: entry.version, in: space)
            late.withLock { $0 = (lock, answer) }
            _ = try await other.beginGeneration(of: "main")
        }
        let owner = try await world.unlock(store)
        #expect(try await owner.rekey(wait: .zero).spaces.map(\.kept) == [.refreshing])
        #expect(owner.state.manifest.spaces[0].generations.map(\.number).contains(2))
        // Its answer could not be committed.
        let (lock, answer) = try #require(late.withLock { $0 })
        try world.store.spill.keep(answer.encoded, for: entry.id, version: entry.version)
        lock.release()
        let report = try await owner.rekey(wait: .zero)
        #expect(report.isFinished && report.spaces.map(\.spillCount) == [1])
        let after = try #require(try await world.issuer.inspect(world.path(0)))
        #expect(try world.issuer.spilled(for: after) == entry.use)
    }

    @Test func `whoever reads all the while keeps the old keys, and the next run ends it without sealing again`()
        async throws
    {
        let world = try await RekeyWorld(entryCount: 3)
        let isRead = Mutex(true)
        let store = GapStore(world.store) { _ in
            if isRead.withLock({ $0 }) { throw VaultError(.busy, "somebody reads") }
        }
        let owner = try await world.unlock(store)
        let waits = Mutex<[RekeyProgress.Wait]>([])
        let clock = SteppingClock()
        let report = try await owner.rekey(wait: .seconds(1), clock: clock) { progress in
            if let wait = progress.wait { waits.withLock { $0.append(wait) } }
        }
        #expect(report.spaces.map(\.kept) == [.logged])
        #expect(waits.withLock { $0 } == [.init(reason: .logged, limit: .seconds(1))])
        #expect(clock.naps.count == 4)
        #expect(owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        isRead.withLock { $0 = false }
        let next = try await owner.rekey()
        #expect(next.isFinished)
        #expect(next.spaces.map(\.entryCount) == [0])
        #expect(next.spaces.map(\.generation) == [2] && next.spaces.map(\.dropped) == [[1]])
    }

    @Test func `a space whose keys others hold is named if it has older ones, and can't be asked for`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("ci")
        let bob = try await house.unlock(house.join("bob", .owner, spaces: ["ci"]))
        let report = try await bob.rekey()
        #expect(report.isFinished && report.spaces.map(\.name) == ["ci"])
        _ = try await house.owner.beginGeneration(of: "main")
        let next = try await bob.rekey()
        #expect(next.spaces.map(\.name) == ["ci", "main"])
        #expect(next.spaces.map(\.kept) == [nil, .notHeld])
        #expect(!next.isFinished)
        await #expect(throws: VaultError(.notPermitted, "")) { _ = try await bob.rekey(["main"]) }
        await #expect(throws: VaultError(.missing, "")) { _ = try await bob.rekey(["elsewhere"]) }
    }
}
