// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Re-keying where the chains of events are damaged.
@Suite struct RekeyChainTests {
    @Test func `with a damaged event of somebody who writes there nothing is begun, and the chain is named`()
        async throws
    {
        let world = try await RekeyWorld(entryCount: 2)
        let signer = world.members.owner.publicIdentity.signingKey
        world.store.tamper { $0.audit[signer]?[1]?.bytes[60] ^= 1 }
        let report = try await world.owner.rekey()
        #expect(report.spaces.map(\.kept) == [.damaged])
        #expect(report.spaces.flatMap(\.damaged).map(\.place) == ["chain of owner"])
        #expect(world.owner.state.manifest.epoch == 1)
        #expect(Set(world.rows.map(\.generation)) == [1])
    }

    @Test func `a chain that is damaged meanwhile ends it before anything more is sealed`() async throws {
        let world = try await RekeyWorld(entryCount: 4)
        _ = try await world.issuer.put(Sample.draft("main/app/x", refresh: "x"))
        let signer = world.members.issuer.publicIdentity.signingKey
        let store = InterposingStore(world.store, afterWrite: 2) { [issuer = world.issuer, store = world.store] in
            _ = try await issuer.put(Sample.draft("main/app/y", refresh: "y"))
            store.tamper { $0.audit[signer]?[2]?.bytes[60] ^= 1 }
        }
        await #expect(throws: VaultError.damaged) { _ = try await world.unlock(store).rekey(batchLength: 2) }
        #expect(world.rows.count { $0.generation == 1 } > 0)
    }

    @Test func `somebody's damaged chain stops no space in which he may not write`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("ci")
        let robot = try await house.unlock(house.join("robot", .issuer, spaces: ["ci"]))
        for space in ["main", "ci"] { _ = try await house.owner.put(Sample.draft("\(space)/a", refresh: space)) }
        for _ in 0..<3 {
            try await robot.record(AuditRecord(at: Sample.instant, action: .list, paths: []))
        }
        let signer = robot.identity.publicIdentity.signingKey
        house.store.tamper { $0.audit[signer]?[2] = nil }
        let report = try await house.owner.rekey()
        #expect(report.spaces.map(\.name) == ["ci", "main"])
        #expect(report.spaces.map(\.kept) == [.damaged, nil])
        #expect(report.spaces.map(\.generation) == [1, 2])
        // Without the one whose chain it is, the others' go on.
        _ = try await house.owner.removeMember("robot")
        let next = try await house.owner.rekey(["ci"])
        #expect(next.isFinished)
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `a hash beside an event that is not its own is put right, and stops nothing`(sequence: UInt64) async throws {
        let world = try await RekeyWorld(entryCount: 2)
        for index in 0..<2 { _ = try await world.owner.put(Sample.draft("main/x/\(index)", refresh: "x\(index)")) }
        let signer = world.members.owner.publicIdentity.signingKey
        let right = world.store.tamper { $0.audit[signer]?[sequence]?.hash }
        world.store.tamper { $0.audit[signer]?[sequence]?.hash = .zero }
        #expect(try await world.owner.verify().findings.count == 1)
        let report = try await world.owner.rekey()
        #expect(report.isFinished)
        #expect(report.mendedHashCount == 1)
        let mended = world.store.tamper { $0.audit[signer]?[sequence]?.hash }
        #expect(mended == right)
        #expect(try await world.owner.verify().findings == [])
        #expect(try await world.owner.rekey().mendedHashCount == 0)
    }

    @Test func `a wrong hash beside a last event gets into no chain`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        _ = try await world.issuer.put(Sample.draft("main/x", refresh: "x"))
        for identity in [world.members.owner, world.members.issuer] {
            let signer = identity.publicIdentity.signingKey
            world.store.tamper { $0.audit[signer]?[1]?.hash = .zero }
        }
        // The next events name both: their own as the one before, the other's as what was seen.
        _ = try await world.owner.put(Sample.draft("main/y", refresh: "y"))
        _ = try await world.issuer.put(Sample.draft("main/z", refresh: "z"))
        #expect(try await world.owner.walkChains().findings.map(\.kind) == [.misindexed, .misindexed])
        #expect(try await world.owner.rekey().mendedHashCount == 2)
        #expect(try await world.owner.verify().findings == [])
    }

    @Test func `the hash beside an event whose bytes are damaged is what the chain goes on from`() async throws {
        let world = try await RekeyWorld(entryCount: 1)
        let signer = world.members.owner.publicIdentity.signingKey
        world.store.tamper { $0.audit[signer]?[1]?.bytes[60] ^= 1 }
        _ = try await world.owner.put(Sample.draft("main/y", refresh: "y"))
        world.store.tamper { $0.audit[signer]?[1]?.bytes[60] ^= 1 }
        #expect(try await world.owner.verify().findings == [])
        #expect(try await world.owner.rekey().mendedHashCount == 0)
    }
}
