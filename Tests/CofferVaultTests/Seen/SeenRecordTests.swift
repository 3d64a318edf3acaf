// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation
import Testing

@testable import CofferVault

@Suite struct `A record of what was seen` {
    private let vaultID = VaultID.random()

    private func pin(_ epoch: UInt64) -> Pin {
        Pin(vaultID: vaultID, epoch: epoch, manifestHash: Digest(hashing: [UInt8(epoch)]))
    }

    private static func head(_ signer: SigningPublicKey, _ sequence: UInt64) -> AuditHead {
        AuditHead(signer: signer, sequence: sequence, hash: Digest(hashing: [UInt8(sequence)]))
    }

    private func sample(_ signer: SigningPublicKey) -> SeenRecord {
        SeenRecord(
            pin: pin(3), restoredAt: 2, lasting: [signer: Self.head(signer, 7)],
            recent: [signer: Self.head(signer, 9)], boot: .present, taints: [.random(): 4])
    }

    #if os(Linux)
    @Test func `names the start of the machine as the system does`() throws {
        let name = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        let digits = BootID.present.bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        #expect(digits == name.filter(\.isHexDigit))
    }
    #endif

    @Test func `a record of another vault has another tag, whichever was made last`() throws {
        let identity = try Identity.generate()
        let other = VaultID.random()
        let tags = try [vaultID, other, vaultID, other].map { try identity.seenTag(of: [1], $0) }
        #expect(tags[0] == tags[2] && tags[1] == tags[3] && tags[0] != tags[1])
    }

    @Test func `reads back what was written`() throws {
        let identity = try Identity.generate()
        let record = sample(identity.publicIdentity.signingKey)
        let bytes = try record.encoded(by: identity)
        #expect(try SeenRecord(decoding: bytes, of: vaultID, by: identity) == record)
    }

    @Test func `is refused with any byte changed, cut off, of another vault or by another identity`() throws {
        let identity = try Identity.generate()
        let bytes = try sample(identity.publicIdentity.signingKey).encoded(by: identity)
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 0x01
            #expect(throws: VaultError.damaged) { try SeenRecord(decoding: changed, of: vaultID, by: identity) }
            #expect(throws: VaultError.damaged) {
                try SeenRecord(decoding: Array(bytes[..<place]), of: vaultID, by: identity)
            }
        }
        #expect(throws: VaultError.damaged) { try SeenRecord(decoding: bytes, of: .random(), by: identity) }
        let other = try Identity.generate()
        #expect(throws: VaultError.damaged) { try SeenRecord(decoding: bytes, of: vaultID, by: other) }
    }

    @Test func `never goes back when two are joined, in either order`() throws {
        let (one, two) = (
            try Identity.generate().publicIdentity.signingKey, try Identity.generate().publicIdentity.signingKey
        )
        let app = EntryID.random()
        let left = SeenRecord(
            pin: pin(5), lasting: [one: Self.head(one, 9), two: Self.head(two, 1)], taints: [app: 1])
        let right = SeenRecord(
            pin: pin(4), lasting: [one: Self.head(one, 8)], recent: [two: Self.head(two, 6)], boot: .present,
            taints: [app: 2])
        for merged in [left.merged(with: right), right.merged(with: left)] {
            #expect(merged.pin.epoch == 5)
            #expect(merged.lasting[one]?.sequence == 9)
            #expect(merged.lasting[two]?.sequence == 1)
            #expect(merged.taints == [app: 2])
        }
        #expect(left.merged(with: right).recent[two]?.sequence == 6)
    }

    @Test func `forgets the heads from before a restoration, and no taint`() throws {
        let signer = try Identity.generate().publicIdentity.signingKey
        let app = EntryID.random()
        let before = SeenRecord(pin: pin(4), lasting: [signer: Self.head(signer, 90)], taints: [app: 3])
        let after = SeenRecord(pin: pin(5), restoredAt: 5, lasting: [signer: Self.head(signer, 12)])
        for merged in [before.merged(with: after), after.merged(with: before)] {
            #expect(merged.lasting[signer]?.sequence == 12)
            #expect(merged.pin.epoch == 5)
            #expect(merged.taints == [app: 3])
        }
    }

    @Test func `holds recent heads against the store only until the machine starts anew`() throws {
        let signer = try Identity.generate().publicIdentity.signingKey
        var record = SeenRecord(pin: pin(1), recent: [signer: Self.head(signer, 2)], boot: .present)
        #expect(record.enforced(in: .present).count == (BootID.present == .unknown ? 0 : 1))
        record.boot = .unknown
        #expect(record.enforced(in: .present).isEmpty)
        record.lasting = [signer: Self.head(signer, 1)]
        #expect(record.enforced(in: .present).map(\.sequence) == [1])
    }
}
