// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What counts of a chain that somebody has been at.
@Suite struct UnbrokenChainTests {
    /// A chain of some pages.
    private struct World {
        let house: Household
        let signer: SigningPublicKey

        init(events: Int) async throws {
            house = try await Household()
            let ci = try await house.unlock(house.join("ci", .issuer))
            signer = ci.identity.publicIdentity.signingKey
            for _ in 0..<events { try await ci.record(AuditRecord(at: Sample.instant, action: .list, paths: [])) }
        }

        func change(_ sequence: UInt64, _ change: (inout [UInt8]) -> Void) {
            house.store.tamper { contents in
                if var event = contents.audit[signer]?[sequence] {
                    change(&event.bytes)
                    contents.audit[signer]?[sequence] = event
                }
            }
        }

        /// The last event that counts, and whether something lies behind it.
        func extent() async throws -> (last: UInt64?, isBroken: Bool) {
            try await house.store.read { [signer] reader in
                var chain = UnbrokenChain(of: signer)
                try chain.follow(reader)
                return (chain.last?.sequence, try chain.isBroken(in: reader))
            }
        }

        func expect(_ last: UInt64?, broken: Bool, _ comment: Comment) async throws {
            let extent = try await extent()
            #expect(extent.last == last && extent.isBroken == broken, comment)
        }
    }

    @Test func `a whole chain counts to its end, and none has no end`() async throws {
        for count in [0, 1, 64, 130] {
            let world = try await World(events: count)
            try await world.expect(count == 0 ? nil : UInt64(count), broken: false, "\(count) events")
        }
    }

    @Test func `a chain counts up to its first break, whatever follows`() async throws {
        for gap in [1, 64, 65, 100, 129] as [UInt64] {
            let world = try await World(events: 130)
            world.house.store.tamper { contents in contents.audit[world.signer]?[gap] = nil }
            try await world.expect(gap == 1 ? nil : gap - 1, broken: true, "without event \(gap)")
        }
        let world = try await World(events: 130)
        world.change(70) { $0[60] ^= 1 }
        try await world.expect(69, broken: true, "another predecessor")
        world.change(70) { $0 = [] }
        try await world.expect(69, broken: true, "no event")
    }

    @Test func `an event that is signed vouches for those before it, and none for those behind`() async throws {
        let world = try await World(events: 130)
        for spoilt in [64, 100] as [UInt64] { world.change(spoilt) { $0[$0.count - 1] ^= 1 } }
        try await world.expect(130, broken: false, "two signatures in the middle")
        for spoilt in [129, 130] as [UInt64] { world.change(spoilt) { $0[$0.count - 1] ^= 1 } }
        try await world.expect(128, broken: true, "the last two")
    }

    @Test func `following is gone on with where it was left`() async throws {
        let world = try await World(events: 3)
        let events = world.house.store.tamper { contents in contents.audit[world.signer] ?? [:] }
        world.house.store.tamper { contents in contents.audit[world.signer] = [1: events[1]].compactMapValues(\.self) }
        let begun = try await world.house.store.read { reader in
            var chain = UnbrokenChain(of: world.signer)
            try chain.follow(reader)
            return chain
        }
        #expect(begun.last?.sequence == 1)
        world.house.store.tamper { contents in contents.audit[world.signer] = events }
        let ended = try await world.house.store.read { reader in
            var chain = begun
            try chain.follow(reader)
            return chain
        }
        #expect(ended.last == AuditHead(signer: world.signer, sequence: 3, hash: try #require(events[3]?.hash)))
    }
}
