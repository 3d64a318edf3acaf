// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// There is always an identity that is proven to open the newest keys.
@Suite struct RekeyProofTests {
    /// Makes the newest manifest one that nobody can follow: what a disk does, or somebody who can write the file.
    private static func damageManifest(_ epoch: UInt64, at part: Part = .middle, in store: MemoryStore) {
        store.tamper { contents in
            guard let count = contents.manifests[epoch]?.count else { return }
            contents.manifests[epoch]?[part == .middle ? count / 2 : count - 1] ^= 1
        }
    }

    /// A byte of a signed manifest.
    enum Part: CaseIterable {
        /// In the manifest itself, whose hash the pin holds.
        case middle
        /// In the signature, which only those look at who come from before.
        case end
    }

    private static func epoch(_ store: MemoryStore) -> UInt64? { store.tamper { $0.manifests.keys.max() } }

    @Test(arguments: Part.allCases)
    func `keys that open from memory and not from what is stored keep the old ones`(part: Part) async throws {
        let world = try await RekeyWorld(entryCount: 3)
        // After the rows were sealed again the process would go on by itself.
        let store = InterposingStore(world.store, afterWrite: 2) { [store = world.store] in
            Self.damageManifest(2, at: part, in: store)
        }
        let owner = try await world.unlock(store)
        await #expect(throws: VaultError.damaged) { _ = try await owner.rekey() }
        #expect(owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        #expect(Self.epoch(world.store) == 2)
    }

    @Test func `it is proven again after each wait`() async throws {
        let world = try await RekeyWorld(entryCount: 2)
        let entry = try #require(try await world.owner.inspect(world.path(0)))
        let lock = try #require(try world.store.tryLock(entry.id))
        let clock = SteppingClock { [store = world.store] _ in
            Self.damageManifest(2, in: store)
            lock.release()
        }
        await #expect(throws: VaultError.damaged) {
            _ = try await world.owner.rekey(wait: .seconds(5), clock: clock)
        }
        #expect(clock.naps.count == 1)
        #expect(Self.epoch(world.store) == 2)
    }

    /// A vault with two entries, and an owner's second generation that somebody made wrong.
    private func withSecondGeneration(
        _ change: (inout Manifest.Generation) throws -> Void
    ) async throws -> (house: Household, owner: Vault) {
        let house = try await Household()
        _ = try await house.join("reader", .reader)
        for index in 0..<2 { _ = try await house.owner.put(Sample.draft("main/app/\(index)", refresh: "\(index)")) }
        var next = try house.owner.state.manifest.successor(at: 9)
        try next.beginGeneration(in: 0)
        try change(&next.spaces[0].generations[1])
        try house.plant(next, by: house.ownerText.identity)
        return (house, house.owner)
    }

    @Test func `keys that sign nothing anybody accepts are found before a row is touched`() async throws {
        let (house, owner) = try await withSecondGeneration { generation in
            generation.signingKey = try Identity.generate().publicIdentity.signingKey
        }
        await #expect(throws: VaultError.damaged) { _ = try await owner.rekey() }
        #expect(owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        #expect(house.store.tamper { $0.entries.values.map(\.generation) } == [1, 1])
    }

    @Test func `keys that one of those who held the old ones was not given are not gone on to`() async throws {
        let (house, owner) = try await withSecondGeneration { generation in
            generation.wraps.removeAll { $0.role == .reader }
        }
        await #expect(throws: VaultError.damaged) { _ = try await owner.rekey() }
        #expect(owner.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        #expect(house.store.tamper { $0.entries.values.map(\.generation) } == [1, 1])
    }

    @Test func `a second generation that is sound is gone on to`() async throws {
        let (house, owner) = try await withSecondGeneration { _ in }
        #expect(try await owner.rekey().isFinished)
        #expect(house.store.tamper { $0.entries.values.map(\.generation) } == [2, 2])
    }
}
