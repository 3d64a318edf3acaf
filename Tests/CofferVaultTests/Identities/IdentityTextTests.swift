// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct IdentityTextTests {
    /// Computed in Python from docs/vault-format.md with `hashlib.blake2b` and the curves of RFC 7748 and RFC 8032
    /// written out: the seed is `00 01 … 1f`, the pin vault `a0 … af`, epoch 7, hash `c0 … df`.
    private static let knownText =
        "coffer-secret-1AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-goaKjpKWmp6ipqqusra6vAAAAAAAAAAfA"
        + "wcLDxMXGx8jJysvMzc7P0NHS09TV1tfY2drb3N3e36g58yo"
    private static let knownUnpinnedText = "coffer-secret-1AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9E6cqq"

    private static func knownPin() throws -> Pin {
        Pin(
            vaultID: try VaultID([UInt8](0xA0..<0xB0)), epoch: 7,
            manifestHash: try Digest([UInt8](0xC0..<0xE0)))
    }

    @Test func `the text of a known seed and pin is the one computed from the document`() throws {
        let identity = try Sample.knownIdentity()
        let pinned = try IdentityText(identity: identity, pin: Self.knownPin()).written()
        #expect(Sample.text(pinned) == Self.knownText)
        #expect(Sample.text(try IdentityText(identity: identity, pin: nil).written()) == Self.knownUnpinnedText)
    }

    @Test func `the keys of a known seed are the ones computed from the document`() throws {
        let known = try Sample.knownIdentity().publicIdentity
        #expect(
            EntryHex.text(known.encryptionKey.bytes)
                == "7cb5193c821e9cb4a56368c0434955b65905ddb049425b2f32632bb131bbe13c")
        #expect(
            EntryHex.text(known.signingKey.bytes) == "c922a3a72eb4198a31dd052c3d225551851ffd66778bcf03abd7bb7e77261bb9")
        #expect(known.fingerprint == "3062-caff-6aca-32f2")
    }

    @Test func `a written identity reads back with its pin`() throws {
        let identity = try Identity.generate()
        let pin = try Self.knownPin()
        let read = try IdentityText(reading: IdentityText(identity: identity, pin: pin).written())
        #expect(read.identity.publicIdentity == identity.publicIdentity)
        #expect(read.pin == pin)
        let unpinned = try IdentityText(reading: IdentityText(identity: identity, pin: nil).written())
        #expect(unpinned.identity.publicIdentity == identity.publicIdentity)
        #expect(unpinned.pin == nil)
    }

    @Test(arguments: ["\(knownText)\n", "  \(knownText)\r\n", "\t\(knownText) "])
    func `white space around the text is ignored`(text: String) throws {
        #expect(try IdentityText(reading: Secret(text)).pin == Self.knownPin())
    }

    /// Every byte of the text becomes each of a set of others: neighbours in the alphabet, a space, a byte above ASCII.
    @Test(arguments: [knownText, knownUnpinnedText])
    func `every single wrong character is refused`(text: String) {
        let original = Array(text.utf8)
        for position in original.indices {
            for replacement in [
                UInt8(ascii: "A"), 0x62, 0x2D, 0x20, 0xC3, original[position] ^ 1, original[position] ^ 0x20,
            ]
            where replacement != original[position] {
                var changed = original
                changed[position] = replacement
                #expect(throws: VaultError(.invalidIdentity, "")) { try IdentityText(reading: Secret(bytes: changed)) }
            }
        }
    }

    @Test(arguments: [knownText, knownUnpinnedText])
    func `a text cut anywhere or continued is refused`(text: String) {
        let original = Array(text.utf8)
        for length in 0..<original.count {
            #expect(throws: VaultError(.invalidIdentity, "")) {
                try IdentityText(reading: Secret(bytes: original.prefix(length)))
            }
        }
        #expect(throws: VaultError(.invalidIdentity, "")) { try IdentityText(reading: Secret(text + "A")) }
        #expect(throws: VaultError(.invalidIdentity, "")) { try IdentityText(reading: Secret(text + "\n" + text)) }
    }

    @Test(arguments: ["coffer-secret-2", "coffer-secret-9", " \n coffer-secret-2"])
    func `a text of a later version is told from a broken one`(prefix: String) {
        let text = prefix + Self.knownText.dropFirst(IdentityText.prefix.count)
        #expect(throws: VaultError(.newerFormat, "")) { try IdentityText(reading: Secret(text)) }
        // Nor is it sent to somebody in the place of a public one.
        #expect(throws: VaultError(.invalidIdentity, "")) { try PublicIdentityText(reading: text) }
    }

    @Test(arguments: ["coffer-public-2", "coffer-public-9"])
    func `a public text of a later version is told from a broken one`(prefix: String) {
        #expect(throws: VaultError(.newerFormat, "")) { try PublicIdentityText(reading: prefix + "AAAA") }
        #expect(throws: VaultError(.invalidIdentity, "")) { try Invitation(reading: prefix + "AAAA") }
        #expect(throws: VaultError(.newerFormat, "")) { try Invitation(reading: "coffer-invite-2") }
        #expect(throws: VaultError(.newerFormat, "")) { try PinText(reading: "coffer-pin-3AAAA") }
    }

    @Test(arguments: ["coffer-public-1", "coffer-secret-0", "coffer-secret-", "Coffer-Secret-1", ""])
    func `another prefix is refused`(prefix: String) {
        let text = prefix + Self.knownText.dropFirst(IdentityText.prefix.count)
        #expect(throws: VaultError(.invalidIdentity, "")) { try IdentityText(reading: Secret(text)) }
    }

    @Test func `the refusal does not repeat the text`() throws {
        let error = #expect(throws: VaultError.self) {
            try IdentityText(reading: Secret(Self.knownText.dropLast() + "!"))
        }
        #expect(error?.message == "this is not a Coffer identity, or it was copied incompletely")
    }

    @Test func `a pin of epoch zero is refused`() throws {
        let pin = Pin(vaultID: .random(), epoch: 0, manifestHash: .zero)
        let text = try IdentityText(identity: Sample.knownIdentity(), pin: pin).written()
        #expect(throws: VaultError(.invalidIdentity, "")) { try IdentityText(reading: text) }
    }
}

/// Hexadecimal text of bytes that are no secret.
enum EntryHex {
    static func text(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
