// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Identities that lie in the vault under a passphrase.
@Suite struct PassphraseBoxTests {
    /// Computed in Python from docs/vault-format.md with argon2-cffi and PyNaCl: the seed is `00 … 1f`, the pin as in
    /// IdentityTextTests, the salt `10 … 1f`, the nonce `40 … 57`, the cost the least.
    private static let knownBox = """
        00000013636f66666572207061737370687261736520317cb5193c821e9cb4a56368c0434955b65905ddb049425b2f32
        632bb131bbe13cc922a3a72eb4198a31dd052c3d225551851ffd66778bcf03abd7bb7e77261bb9000000000000000100
        00000000002000101112131415161718191a1b1c1d1e1f000000b2404142434445464748494a4b4c4d4e4f5051525354
        555657ba0bbaf8198ded0de6baa2a08104eddf061068e2285bc806122ed64d51ec188169db590e38540416b377a472e0
        d38d1d455f3d0ed15985469df4474daeb6a4ee184956f8709e1226a566fae3f4c2b76082dd526d2da2c11c626e6d3d6d
        a8a3a3bbe3ef815a8d3c4548ab7fd29a6e483d30472c1c29353a1b75fadc2c903b4000f7304a7fc0bb51ef9da7f05c29
        8030d77ab95cf686c4a344b5d3
        """
    private static let knownPassphrase = Secret("7h2kq-correct-horse")

    private static func knownBytes() -> [UInt8] {
        let digits = knownBox.compactMap { $0.hexDigitValue.map(UInt8.init) }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    private static func vaultID() throws -> VaultID { try VaultID([UInt8](0xA0..<0xB0)) }

    private static func text() throws -> IdentityText {
        let pin = Pin(vaultID: try vaultID(), epoch: 7, manifestHash: try Digest([UInt8](0xC0..<0xE0)))
        return IdentityText(identity: try Sample.knownIdentity(), pin: pin)
    }

    @Test func `a box made from the document opens`() throws {
        let box = try PassphraseBox(decoding: Self.knownBytes())
        let text = try box.open(with: Self.knownPassphrase, in: Self.vaultID())
        #expect(try text.identity.publicIdentity == Sample.knownIdentity().publicIdentity)
        #expect(try text.pin == Self.text().pin)
        #expect(box.encoded == Self.knownBytes())
    }

    @Test func `what was sealed opens with its passphrase and no other`() throws {
        let sealed = try PassphraseBox(sealing: Self.text(), under: Self.knownPassphrase, cost: .insecureLeast)
        let box = try PassphraseBox(decoding: sealed.encoded)
        #expect(box == sealed)
        #expect(try box.open(with: Self.knownPassphrase, in: Self.vaultID()).pin?.epoch == 7)
        for wrong in ["7h2kq-correct-horsf", "7h2kq-correct-horse ", "x"] {
            #expect(throws: VaultError(.wrongIdentity, "")) { try box.open(with: Secret(wrong), in: Self.vaultID()) }
        }
        #expect(throws: VaultError(.wrongIdentity, "")) { try box.open(with: Self.knownPassphrase, in: .random()) }
    }

    @Test func `a byte changed anywhere does not open`() throws {
        let bytes = Self.knownBytes()
        let label = 4 + "coffer passphrase 1".utf8.count
        let cost = label + 64..<label + 80
        for position in bytes.indices {
            for mask in [UInt8(0x01), 0x80] {
                var changed = bytes
                changed[position] ^= mask
                // A cost within the bounds would only make the test slow: bounds are tested below.
                if cost.contains(position), (try? PassphraseBox(decoding: changed)) != nil { continue }
                #expect(throws: VaultError.self) {
                    try PassphraseBox(decoding: changed).open(with: Self.knownPassphrase, in: Self.vaultID())
                }
            }
        }
        for length in 0..<bytes.count {
            #expect(throws: VaultError.damaged) { try PassphraseBox(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: VaultError.damaged) { try PassphraseBox(decoding: bytes + [0]) }
    }

    @Test func `a cost that was lowered does not open`() throws {
        let cost = try PassphraseCost(passes: 2, memoryByteCount: 16384)
        let box = try PassphraseBox(sealing: Self.text(), under: Self.knownPassphrase, cost: cost)
        for (passes, memory) in [(UInt64(1), UInt64(16384)), (2, 8192), (2, 16383)] {
            let changed = try PassphraseBox(decoding: Self.with(passes, memory, in: box.encoded))
            #expect(throws: VaultError(.wrongIdentity, "")) {
                try changed.open(with: Self.knownPassphrase, in: Self.vaultID())
            }
        }
    }

    @Test(
        arguments: [
            (0, 8192), (11, 8192), (.max, 8192), (1, 0), (1, 8191), (1, (2 << 30) + 1), (1, 1 << 40), (1, .max), (0, 0),
        ] as [(UInt64, UInt64)])
    func `a hostile cost is refused before it is paid`(passes: UInt64, memory: UInt64) {
        let hostile = Self.with(passes, memory, in: Self.knownBytes())
        #expect(throws: VaultError.damaged) { try PassphraseBox(decoding: hostile) }
    }

    private static func with(_ passes: UInt64, _ memory: UInt64, in bytes: [UInt8]) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.integer(passes)
        writer.integer(memory)
        let start = 4 + "coffer passphrase 1".utf8.count + 64
        var changed = bytes
        changed.replaceSubrange(start..<start + 16, with: writer.bytes)
        return changed
    }

    @Test func `a passphrase that is empty or endless is refused, and an identity without a pin`() throws {
        for passphrase in [Secret(""), Secret(String(repeating: "a", count: 1025))] {
            #expect(throws: VaultError(.tooLarge, "")) {
                try PassphraseBox(sealing: Self.text(), under: passphrase, cost: .insecureLeast)
            }
        }
        let unpinned = IdentityText(identity: try Sample.knownIdentity(), pin: nil)
        #expect(throws: VaultError(.wrongIdentity, "")) {
            try PassphraseBox(sealing: unpinned, under: Self.knownPassphrase, cost: .insecureLeast)
        }
    }

    @Test func `a proposed passphrase has 150 bits in six groups`() throws {
        let proposed = try (0..<200).map { _ in Sample.text(try Passphrase.proposed()) }
        #expect(Set(proposed).count == 200)
        let groups = proposed.map { $0.split(separator: "-") }
        #expect(groups.allSatisfy { $0.count == 6 && $0.allSatisfy { $0.count == 5 } })
        // All 32 characters come up: fewer would be fewer bits.
        #expect(Set(groups.joined().joined()).count == 32)
        #expect(Passphrase.proposedBits == 150)
    }

    @Test func `a member keeps itself in the vault and is found there`() async throws {
        let house = try await Household()
        let reader = try await house.unlock(house.join("ci", .reader))
        try await reader.keepSealedIdentity(under: Self.knownPassphrase, cost: .insecureLeast)
        let kept = try await Vault.sealedIdentities(in: house.store)
        #expect(kept.map(\.name) == ["ci"])
        let box = try #require(kept.first?.box)
        let text = try await Vault.openSealedIdentity(box, in: house.store, with: Self.knownPassphrase)
        #expect(try await house.unlock(text).ownName == "ci")
        await #expect(throws: VaultError(.wrongIdentity, "")) {
            _ = try await Vault.openSealedIdentity(box, in: house.store, with: Secret("wrong"))
        }
        #expect(house.store.tamper { $0.audit[text.identity.publicIdentity.signingKey]?.count } == 1)
        try await reader.removeSealedIdentity()
        #expect(try await Vault.sealedIdentities(in: house.store).isEmpty)
        await #expect(throws: VaultError(.missing, "")) { try await reader.removeSealedIdentity() }
    }

    @Test func `a box of a later format is refused by itself and hides no other`() async throws {
        let house = try await Household()
        for name in ["ci", "newer"] {
            let member = try await house.unlock(house.join(name, .reader))
            try await member.keepSealedIdentity(under: Self.knownPassphrase, cost: .insecureLeast)
            guard name == "newer" else { continue }
            let signer = member.identity.publicIdentity.signingKey
            var body = try #require(try await house.store.read { try $0.passphraseBox(of: signer) }).body
            body[4 + "coffer passphrase ".utf8.count] = UInt8(ascii: "2")
            let later = StoredPassphraseBox(signer: signer, body: body)
            try await house.store.write(.flushed) { try $0.keep(later) }
        }
        #expect(try await Vault.sealedIdentities(in: house.store).map(\.name) == ["ci"])
        #expect(try await Vault.sealedIdentities(in: house.store, wanting: "ci").map(\.name) == ["ci"])
        await #expect(throws: VaultError(.newerFormat, "")) {
            _ = try await Vault.sealedIdentities(in: house.store, wanting: "newer")
        }
        #expect(try await house.owner.sealedSigners().count == 2)
    }

    @Test func `an owner is sealed only if asked for, and a removed member's box goes with it`() async throws {
        let house = try await Household()
        await #expect(throws: VaultError(.notPermitted, "")) {
            try await house.owner.keepSealedIdentity(under: Self.knownPassphrase, cost: .insecureLeast)
        }
        #expect(try await Vault.sealedIdentities(in: house.store).isEmpty)
        try await house.owner.keepSealedIdentity(
            under: Self.knownPassphrase, cost: .insecureLeast, allowingOwner: true)
        let reader = try await house.unlock(house.join("ci", .reader))
        try await reader.keepSealedIdentity(under: Self.knownPassphrase, cost: .insecureLeast)
        #expect(try await Vault.sealedIdentities(in: house.store).count == 2)
        _ = try await house.owner.removeMember("ci")
        #expect(try await Vault.sealedIdentities(in: house.store).map(\.name) == ["owner"])
    }
}
