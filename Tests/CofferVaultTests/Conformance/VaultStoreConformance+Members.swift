// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Testing

extension VaultStoreConformance {
    static func someSigner() throws -> SigningPublicKey { try SigningPublicKey(RandomBytes.make(byteCount: 32)) }

    func aWishIsOnePerEntryAndSigner() async throws {
        let store = try await make()
        let entries = [EntryID.random(), .random()]
        let signers = try [Self.someSigner(), Self.someSigner()]
        #expect(try await store.read { try $0.wishes(limit: 9) } == [])
        for body in [UInt8(1), 2] {
            try await store.write(.flushed) { transaction in
                for entry in entries {
                    for signer in signers {
                        try transaction.leave(StoredWish(entry: entry, signer: signer, body: [body]))
                    }
                }
            }
        }
        let wishes = try await store.read { try $0.wishes(limit: 9) }
        #expect(wishes.count == 4)
        #expect(wishes.map(\.body) == [[2], [2], [2], [2]])
        let keys = wishes.map { $0.entry.bytes + $0.signer.bytes }
        #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(Set(keys).count == 4)
        #expect(try await store.read { try $0.wishes(limit: 3) } == Array(wishes.prefix(3)))
        #expect(try await store.read { try $0.wishes(limit: 0) } == [])
        try await store.write(.flushed) { try $0.removeWish(of: signers[0], for: entries[1]) }
        try await store.write(.flushed) { try $0.removeWish(of: signers[0], for: entries[1]) }
        #expect(
            try await store.read { try $0.wishes(limit: 9) }
                == wishes.filter { $0.signer != signers[0] || $0.entry != entries[1] })
    }

    func aPassphraseBoxIsOnePerMember() async throws {
        let store = try await make()
        let signers = try [Self.someSigner(), Self.someSigner()]
        #expect(try await store.read { try $0.passphraseBox(of: signers[0]) } == nil)
        for body in [UInt8(1), 2] {
            try await store.write(.synced) { transaction in
                for signer in signers { try transaction.keep(StoredPassphraseBox(signer: signer, body: [body])) }
            }
        }
        #expect(try await store.read { try $0.passphraseBox(of: signers[1]) }?.body == [2])
        #expect(
            try await store.read { try $0.passphraseBoxSigners() }
                == signers.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) })
        try await store.write(.synced) { try $0.removePassphraseBox(of: signers[0]) }
        try await store.write(.synced) { try $0.removePassphraseBox(of: signers[0]) }
        #expect(try await store.read { try $0.passphraseBox(of: signers[0]) } == nil)
        #expect(try await store.read { try $0.passphraseBoxSigners() } == [signers[1]])
    }

    func fingerprintsArePagedInTheOrderOfTheirTags() async throws {
        let store = try await make()
        let kept = try (0..<5).map { field in
            StoredFingerprint(
                spaceID: Self.space, tag: try Self.digest(), entryID: .random(), field: UInt16(field), tier: .use,
                isSpent: false)
        }
        let elsewhere = StoredFingerprint(
            spaceID: .random(), tag: try Self.digest(), entryID: .random(), field: 1, tier: .issue, isSpent: true)
        try await store.write(.synced) { transaction in
            for fingerprint in kept + [elsewhere] { try transaction.keep(fingerprint) }
        }
        let sorted = kept.sorted { $0.tag.bytes.lexicographicallyPrecedes($1.tag.bytes) }
        let first = try await store.read { try $0.fingerprints(space: Self.space, after: nil, limit: 3) }
        #expect(first == Array(sorted.prefix(3)))
        #expect(
            try await store.read { try $0.fingerprints(space: Self.space, after: sorted[2].tag, limit: 9) }
                == Array(sorted.suffix(2)))
        #expect(try await store.read { try $0.fingerprints(space: Self.space, after: nil, limit: 0) } == [])
        #expect(try await store.read { try $0.fingerprintCount(space: Self.space) } == 5)
        #expect(
            try await store.read { try $0.fingerprints(space: elsewhere.spaceID, after: nil, limit: 9) } == [elsewhere])
    }

    func whatIsBroughtHomeFromABundleKeepsItsOrder() async throws {
        let store = try await make()
        let bundles = [VaultID.random(), .random()].sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        try await store.write(.synced) { transaction in
            for sequence in [UInt64(2), 1, 3] {
                try transaction.keepCollected([UInt8(sequence)], sequence: sequence, of: bundles[1])
            }
            try transaction.keepCollected([9], sequence: 1, of: bundles[0])
        }
        #expect(try await store.read { try $0.collectedBundles() } == bundles)
        #expect(try await store.read { try $0.collectedEvents(of: bundles[1], from: 1, limit: 2) } == [[1], [2]])
        #expect(try await store.read { try $0.collectedEvents(of: bundles[1], from: 3, limit: 9) } == [[3]])
        #expect(try await store.read { try $0.collectedEvents(of: bundles[1], from: 1, limit: 0) } == [])
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.keepCollected([7], sequence: 2, of: bundles[1]) }
        }
        #expect(try await store.read { try $0.bundleEnvelope() } == nil)
        try await store.write(.synced) { try $0.insertBundleEnvelope([5]) }
        await #expect(throws: VaultError(.conflict, "")) {
            try await store.write(.synced) { try $0.insertBundleEnvelope([6]) }
        }
        #expect(try await store.read { try $0.bundleEnvelope() } == [5])
        #expect(try await store.readAtOnce { try $0.beginning(from: 0) }.envelope == [5])
        try await store.write(.synced) { try $0.insertManifest([1], epoch: 1) }
        for (epoch, manifests) in [(UInt64(0), [[UInt8(1)]]), (2, [])] {
            let beginning = try await store.readAtOnce { try $0.beginning(from: epoch) }
            #expect(beginning.envelope == [5])
            #expect(beginning.manifests == manifests)
        }
    }
}
