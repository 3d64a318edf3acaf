// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct ManifestCodingTests {
    private static func first() throws -> Manifest {
        try Manifest.first(owner: Identity.generate().publicIdentity, name: "owner", space: "main", createdAt: -5)
    }

    @Test func `a manifest reads back from its bytes`() throws {
        let manifest = try Self.first()
        let read = try Manifest(decoding: manifest.encoded)
        #expect(read == manifest)
        #expect(read.createdAt == -5)
        #expect(read.epoch == 1)
        #expect(read.previous == .zero)
        #expect(!read.allowsUnauditedReading)
    }

    @Test func `what decodes encodes identically, whatever byte is changed`() throws {
        let bytes = try Self.first().encoded
        for position in bytes.indices {
            for mask in [UInt8(0x01), 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                if let manifest = try? Manifest(decoding: changed) { #expect(manifest.encoded == changed) }
            }
        }
    }

    @Test func `a manifest cut at any length or with bytes after it is refused`() throws {
        let bytes = try Self.first().encoded
        for length in 0..<bytes.count {
            #expect(throws: VaultError.damaged) { try Manifest(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: VaultError.damaged) { try Manifest(decoding: bytes + [0]) }
    }

    @Test func `a flag that is neither 0 nor 1 is refused`() throws {
        let manifest = try Self.first()
        var bytes = manifest.encoded
        let label = 4 + "coffer manifest 1".utf8.count
        let flag = label + 16 + 8 + 32 + 8
        #expect(bytes[flag] == 0)
        bytes[flag] = 2
        #expect(throws: VaultError.damaged) { try Manifest(decoding: bytes) }
    }

    @Test func `members, spaces and generations that are there twice are refused`() throws {
        let manifest = try Self.first()
        var twins = [manifest, manifest, manifest, manifest, manifest]
        twins[0].members.append(manifest.members[0])
        twins[1].spaces.append(manifest.spaces[0])
        twins[2].spaces.append(manifest.spaces[0])
        twins[2].spaces[1].id = .random()
        twins[3].spaces[0].generations.append(manifest.spaces[0].generations[0])
        twins[4].spaces[0].generations = []
        for twin in twins {
            #expect(throws: VaultError.damaged) { try Manifest(decoding: twin.encoded) }
        }
    }
}
