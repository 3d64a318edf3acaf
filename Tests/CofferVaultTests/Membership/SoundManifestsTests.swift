// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `The manifests that owners signed` {
    /// Four manifests of a household as they are stored, and the pin of each.
    private static func chain() async throws -> (stored: [[UInt8]], pins: [Pin]) {
        let household = try await Household()
        for name in ["a", "b", "c"] { _ = try await household.owner.addSpace(name) }
        let stored = try await household.store.read { try $0.manifests(from: 1) }
        let pins = try stored.enumerated().map { index, bytes in
            Pin(
                vaultID: household.owner.id, epoch: UInt64(index) + 1,
                manifestHash: try SignedManifest(decoding: bytes).hash)
        }
        return (stored, pins)
    }

    @Test(arguments: 0..<4)
    func `are found from any of them`(index: Int) async throws {
        let (stored, pins) = try await Self.chain()
        let sound = try #require(SoundManifests(in: stored, around: pins[index]))
        #expect(sound.first == 1 && sound.last == 4 && Array(sound.stored) == stored)
        #expect(try sound.continuing(Array(stored.prefix(1))) == Array(stored.dropFirst()))
        #expect(try sound.continuing(stored).isEmpty)
    }

    @Test func `end before what is broken, missing or somebody else's, on both sides`() async throws {
        let (stored, pins) = try await Self.chain()
        let foreign = try await Self.chain().stored
        for other in [[0], foreign[3], stored[2]] {
            var harmed = stored
            harmed[3] = other
            #expect(SoundManifests(in: harmed, around: pins[0])?.last == 3)
            harmed = stored
            harmed[0] = other
            let sound = try #require(SoundManifests(in: harmed, around: pins[1]))
            #expect(sound.first == 2 && sound.last == 4)
            #expect(try sound.continuing(Array(stored.prefix(1))).count == 3)
            #expect(try sound.continuing([]).isEmpty)
        }
        #expect(SoundManifests(in: [stored[0]] + stored[2...], around: pins[0])?.last == 1)
        #expect(SoundManifests(in: foreign, around: pins[0]) == nil)
        #expect(SoundManifests(in: [], around: pins[0]) == nil)
    }

    @Test func `are not joined to manifests that part from them`() async throws {
        let (stored, pins) = try await Self.chain()
        let foreign = try await Self.chain().stored
        let sound = try #require(SoundManifests(in: stored, around: pins[0]))
        #expect(throws: VaultError.damaged) { try sound.continuing([stored[0], foreign[1]]) }
        let late = try #require(SoundManifests(in: [[0]] + stored[1...], around: pins[1]))
        #expect(throws: VaultError.damaged) { try late.continuing([foreign[0]]) }
    }
}
