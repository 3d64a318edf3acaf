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

    /// A later manifest with somebody departed and a restoration.
    private static func full() throws -> Manifest {
        var manifest = try first()
        manifest.epoch = 9
        manifest.departed = [
            .init(
                identity: try Identity.generate().publicIdentity, name: "gone", isOwner: true, removedAtEpoch: 9,
                lastSequence: 7, lastHash: Digest(hashing: [7]),
                roles: [.init(spaceID: manifest.spaces[0].id, role: .owner), .init(spaceID: .random(), role: .reader)]),
            .init(
                identity: try Identity.generate().publicIdentity, name: "gone", isOwner: false, removedAtEpoch: 2,
                lastSequence: 0, lastHash: .zero, roles: []),
        ]
        let signer = manifest.members[0].identity.signingKey
        manifest.restoration = .init(
            at: -7, epoch: 3, heads: [.init(signer: signer, sequence: 5, hash: Digest(hashing: [5]))])
        manifest.extensions = [.init(tag: 0, value: []), .init(tag: 7, value: [1, 2]), .init(tag: .max, value: [3])]
        return manifest
    }

    @Test func `departed members and a restoration read back`() throws {
        let manifest = try Self.full()
        let read = try Manifest(decoding: manifest.encoded)
        #expect(read == manifest)
        #expect(read.departed[0].lastHead?.sequence == 7)
        #expect(read.departed[1].lastHead == nil)
        #expect(read.restoration?.at == -7)
    }

    @Test func `what a newer program added is handed on to the next manifest`() throws {
        let manifest = try Manifest(decoding: Self.full().encoded)
        #expect(manifest.extensions.map(\.tag) == [0, 7, .max])
        var next = try manifest.successor(at: 8)
        try next.appendSpace("other")
        #expect(try Manifest(decoding: next.encoded).extensions == manifest.extensions)
    }

    @Test func `a manifest of a later format, and an unknown role in this one, are refused`() throws {
        var bytes = try Self.first().encoded
        bytes[4 + "coffer manifest ".utf8.count] = UInt8(ascii: "2")
        #expect(throws: VaultError(.newerFormat, "")) { try Manifest(decoding: bytes) }
        var promoted = try Self.first().encoded
        let spaces = try #require(Self.positionOfSpaces(in: promoted))
        // count ‖ id ‖ name ‖ count of generations ‖ number ‖ key ‖ count of wraps ‖ member ‖ role
        let role = spaces + 2 + 16 + 4 + "main".utf8.count + 2 + 4 + 32 + 2 + 2
        #expect(promoted[role] == Role.owner.rawValue)
        promoted[role] = 4
        #expect(throws: VaultError.damaged) { try Manifest(decoding: promoted) }
    }

    @Test func `a number of departed members or heads that is not there is refused`() throws {
        let bytes = try Self.first().encoded
        // The counts stand in front of the spaces: departed u16, restoration flag.
        let spaces = try #require(Self.positionOfSpaces(in: bytes))
        for count in [UInt8(1), 0xFF] {
            var hostile = bytes
            hostile[spaces - 3] = count
            hostile[spaces - 2] = count
            #expect(throws: VaultError.damaged) { try Manifest(decoding: hostile) }
        }
        var hostile = bytes
        hostile[spaces - 1] = 1
        hostile.insert(contentsOf: [UInt8](repeating: 0, count: 16) + [0xFF, 0xFF, 0xFF, 0xFF], at: spaces)
        #expect(throws: VaultError.damaged) { try Manifest(decoding: hostile) }
    }

    private static func positionOfSpaces(in bytes: [UInt8]) -> Int? {
        let label = 4 + "coffer manifest 1".utf8.count
        let members = label + 16 + 8 + 32 + 8 + 1
        let position = members + 2 + 32 + 32 + 4 + "owner".utf8.count + 1 + 2 + 1
        return Array(bytes[(position - 3)...(position + 1)]) == [0, 0, 0, 0, 1] ? position : nil
    }

    @Test func `what decodes encodes identically, whatever byte is changed`() throws {
        let bytes = try Self.full().encoded
        for position in bytes.indices {
            for mask in [UInt8(0x01), 0x80, 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                if let manifest = try? Manifest(decoding: changed) { #expect(manifest.encoded == changed) }
            }
        }
    }

    @Test func `a manifest cut at any length or with bytes after it is refused`() throws {
        let bytes = try Self.full().encoded
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

    /// Each breaks one rule of docs/vault-format.md.
    private static let breaches: [@Sendable (inout Manifest) -> Void] = [
        { $0.departed[1].identity = $0.departed[0].identity },
        { $0.departed[1].identity = $0.members[0].identity },
        {
            $0.departed[1].identity = PublicIdentity(
                encryptionKey: $0.departed[1].identity.encryptionKey, signingKey: $0.members[0].identity.signingKey)
        },
        {
            $0.departed[1].identity = PublicIdentity(
                encryptionKey: $0.members[0].identity.encryptionKey, signingKey: $0.departed[1].identity.signingKey)
        },
        { $0.members[0].name = "" },
        { $0.members[0].name = "a/b" },
        { $0.members[0].name = "\u{1B}[2J" },
        { $0.members[0].name = String(repeating: "a", count: 65) },
        { $0.members[0].isOwner = false },
        { $0.departed[0].name = "A" },
        { $0.departed[0].removedAtEpoch = 1 },
        { $0.departed[0].removedAtEpoch = 10 },
        { $0.departed[0].lastSequence = 0 },
        { $0.departed[1].lastSequence = 1 },
        { $0.departed[0].lastSequence = 1 << 63 },
        { $0.departed[0].roles[1].spaceID = $0.departed[0].roles[0].spaceID },
        { $0.restoration?.epoch = 10 },
        { $0.restoration?.epoch = 1 },
        {
            let heads = $0.restoration?.heads ?? []
            $0.restoration?.heads += heads
        },
        { $0.restoration?.heads[0] = .init(signer: $0.members[0].identity.signingKey, sequence: 0, hash: .zero) },
        { $0.restoration?.heads[0] = .init(signer: $0.members[0].identity.signingKey, sequence: .max, hash: .zero) },
        { $0.spaces = [] },
        { $0.spaces[0].name = "Main" },
        { $0.spaces[0].generations[0].wraps[0].member = 1 },
        { $0.spaces[0].generations[0].wraps.append($0.spaces[0].generations[0].wraps[0]) },
        { $0.spaces[0].traceWraps[0].role = .reader },
        { $0.spaces[0].traceWraps[0].member = .max },
        { $0.extensions[1].tag = 0 },
        { $0.extensions.swapAt(0, 1) },
    ]

    @Test(arguments: breaches.indices)
    func `a manifest that breaks a rule is refused`(index: Int) throws {
        var manifest = try Self.full()
        Self.breaches[index](&manifest)
        #expect(try manifest != Self.full())
        #expect(throws: VaultError.damaged) { try Manifest(decoding: manifest.encoded) }
    }

    @Test func `an owner's wrap belongs to owners, and a name to one member`() throws {
        var manifest = try Self.full()
        manifest.members.append(
            .init(identity: try Identity.generate().publicIdentity, name: "guest", isOwner: false))
        manifest.spaces[0].generations[0].wraps.append(.init(member: 1, role: .reader, box: []))
        _ = try Manifest(decoding: manifest.encoded)
        var promoted = manifest
        promoted.spaces[0].generations[0].wraps[1].role = .owner
        #expect(throws: VaultError.damaged) { try Manifest(decoding: promoted.encoded) }
        manifest.members[1].name = "owner"
        #expect(throws: VaultError.damaged) { try Manifest(decoding: manifest.encoded) }
    }

    @Test func `events of the departed count up to their bound`() throws {
        let manifest = try Self.full()
        let space = manifest.spaces[0].id
        let gone = manifest.departed[0].identity.signingKey
        #expect(manifest.writer(gone, at: 1, in: space) == .owner)
        #expect(manifest.writer(gone, at: 7, in: space) == .owner)
        #expect(manifest.writer(gone, at: 8, in: space) == nil)
        #expect(manifest.writer(gone, at: 0, in: space) == nil)
        #expect(manifest.writer(gone, at: 1, in: .random()) == nil)
        #expect(manifest.writer(manifest.departed[1].identity.signingKey, at: 1, in: space) == nil)
        #expect(manifest.writer(manifest.members[0].identity.signingKey, at: .max, in: space) == .owner)
        #expect(manifest.writer(try Identity.generate().publicIdentity.signingKey, at: 1, in: space) == nil)
    }
}
