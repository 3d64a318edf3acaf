// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Public identities, invitations and pins as people send them to each other.
@Suite struct SentTextTests {
    // Computed in Python from docs/vault-format.md: the invited seed is `00 … 1f`, the owner's `20 … 3f`, the pin as in
    // IdentityTextTests; the invited is called `ci-1`, a reader of `main` and an issuer of `staging`.
    private static let knownPublic =
        "coffer-public-1fLUZPIIenLSlY2jAQ0lVtlkF3bBJQlsvMmMrsTG74TzJIqOnLrQZijHdBSw9IlVRhR_9ZneLzwOr17t-dyYbu"
        + "RMqaknci17xxeo0hCeoXRMRk8uCC8Hwfq9vKi-Oj0H9zP7iTRgUOLtYoYUjFdCgI-b76VAm3PWcsMQXDiYPnAJg7C7I"
    private static let knownPin =
        "coffer-pin-1oKGio6SlpqeoqaqrrK2urwAAAAAAAAAHwMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t_3avN7"
    private static let knownInvitation =
        "coffer-invite-1oKGio6SlpqeoqaqrrK2urwAAAAAAAAAHwMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t98tRk8gh6ct"
        + "KVjaMBDSVW2WQXdsElCWy8yYyuxMbvhPMkio6cutBmKMd0FLD0iVVGFH_1md4vPA6vXu353Jhu5KI32j4zgtphT3i6ICzAWpzzt3"
        + "-xLEMW97zg5JmYW1DRNAzIpxy6QdE3YKCdXUTuHvnfbrbYrFE29j77UqHrL0AAAAARjaS0xAAACAAAABG1haW4BAAAAB3N0YWdpb"
        + "mcCxD5VMzqwcakl4M_OuyBSfJzv53Kf5JT5DzQrFfTK0C4v01s--Hv-sJf7_A2ab0xAS69YRdkVeaQm-dfKqmBPDCElMG4"

    private static func pin() throws -> Pin {
        Pin(vaultID: try VaultID([UInt8](0xA0..<0xB0)), epoch: 7, manifestHash: try Digest([UInt8](0xC0..<0xE0)))
    }

    private static func owner() throws -> Identity {
        try Identity(seed: SecretMemory(copying: [UInt8](32..<64)))
    }

    private static func invitation(
        name: String = "ci-1", isOwner: Bool = false,
        grants: [Invitation.Grant] = [.init(space: "main", role: .reader), .init(space: "staging", role: .issuer)]
    ) throws -> Invitation {
        try Invitation(
            pin: pin(), invited: Sample.knownIdentity().publicIdentity, name: name, isOwner: isOwner, grants: grants,
            by: owner())
    }

    /// What each reader makes of a text, as one value to compare.
    private static func read(_ text: String) throws -> String {
        if text.contains("public") { return try PublicIdentityText(reading: text).written() }
        if text.contains("pin") { return try PinText(reading: text).written() }
        return try Invitation(reading: text).written()
    }

    @Test func `known texts are the ones computed from the document`() throws {
        #expect(try PublicIdentityText(of: Sample.knownIdentity()).written() == Self.knownPublic)
        #expect(try PinText(Self.pin()).written() == Self.knownPin)
        #expect(try Self.invitation().written() == Self.knownInvitation)
    }

    @Test func `what was written reads back`() throws {
        let known = try Sample.knownIdentity().publicIdentity
        #expect(try PublicIdentityText(reading: Self.knownPublic).identity == known)
        #expect(try PinText(reading: Self.knownPin).pin == Self.pin())
        let invitation = try Invitation(reading: Self.knownInvitation)
        #expect(try invitation == Self.invitation())
        #expect(invitation.invited == known)
        #expect(try invitation.owner == Self.owner().publicIdentity)
        #expect(invitation.grants.map(\.space) == ["main", "staging"])
    }

    @Test(arguments: [knownPublic, knownPin, knownInvitation])
    func `white space around is ignored`(text: String) throws {
        #expect(try Self.read(" \t\(text)\r\n") == text)
    }

    @Test(arguments: [knownPublic, knownPin, knownInvitation])
    func `every single wrong character, cut and continuation is refused`(text: String) throws {
        let original = Array(text.utf8)
        let prefix = text.prefix { $0 != "1" }.utf8.count + 1
        for position in prefix..<original.count {
            for replacement in [UInt8(ascii: "A"), 0x62, 0x2D, 0x20, original[position] ^ 1, original[position] ^ 0x20]
            where replacement != original[position] && replacement > 0x1F && replacement < 0x7F {
                var changed = original
                changed[position] = replacement
                #expect(throws: VaultError(.invalidIdentity, "")) {
                    try Self.read(String(decoding: changed, as: UTF8.self))
                }
            }
        }
        for length in prefix..<original.count {
            #expect(throws: VaultError(.invalidIdentity, "")) { try Self.read(String(text.prefix(length))) }
        }
        for more in ["A", "=", "\n" + text, "\u{0}"] {
            #expect(throws: VaultError(.invalidIdentity, "")) { try Self.read(text + more) }
        }
    }

    @Test func `one kind is not taken for another`() throws {
        for text in [Self.knownPin, Self.knownInvitation, "", " ", "coffer-public-1", "coffer-public-0A"] {
            #expect(throws: VaultError(.invalidIdentity, "")) { try PublicIdentityText(reading: text) }
        }
        // Also with another prefix before it: the lengths and labels differ.
        let dressed = "coffer-public-1" + Self.knownInvitation.dropFirst("coffer-invite-1".count)
        #expect(throws: VaultError(.invalidIdentity, "")) { try PublicIdentityText(reading: dressed) }
        let long = "coffer-invite-1" + String(repeating: "A", count: 2 << 20)
        #expect(throws: VaultError(.invalidIdentity, "")) { try Invitation(reading: long) }
    }

    @Test func `a secret identity in the place of a public one is named, not repeated`() throws {
        let secret = Sample.text(try IdentityText(identity: Sample.knownIdentity(), pin: nil).written())
        let error = #expect(throws: VaultError.self) { try PublicIdentityText(reading: secret) }
        #expect(error?.message.contains("secret identity") == true)
        #expect(error?.message.contains(secret.dropFirst(15).prefix(8)) == false)
    }

    @Test func `another's signing key can't be joined to an encryption key of one's own`() throws {
        let victim = try Identity.generate()
        let attacker = try Identity.generate()
        let mixed = PublicIdentity(
            encryptionKey: attacker.publicIdentity.encryptionKey, signingKey: victim.publicIdentity.signingKey)
        let honest = try PublicIdentityText(of: victim).written()
        let payload = try CheckedText(prefix: PublicIdentityText.prefix, name: "it").read(honest)
        var writer = CanonicalWriter()
        mixed.write(to: &writer)
        for signature in [Array(payload.suffix(64)), try attacker.signing.sign(writer.bytes).bytes] {
            let forged = try CheckedText(prefix: PublicIdentityText.prefix, name: "it").write(writer.bytes + signature)
            #expect(throws: VaultError(.invalidIdentity, "")) { try PublicIdentityText(reading: forged) }
        }
    }

    /// Each is well signed by the owner that it names.
    @Test func `an invitation that names nonsense is refused`() throws {
        let reader = Invitation.Grant(space: "main", role: .reader)
        let nonsense = [
            try Self.invitation(name: "\u{1B}[31m"), try Self.invitation(name: ""), try Self.invitation(grants: []),
            try Self.invitation(grants: [reader, reader]),
            try Self.invitation(grants: [.init(space: "Main", role: .reader)]),
            try Self.invitation(grants: [.init(space: "main", role: .owner)]),
        ]
        for invitation in nonsense {
            let text = try invitation.written()
            #expect(throws: VaultError(.invalidIdentity, "")) { try Invitation(reading: text) }
        }
        let owner = try Self.invitation(isOwner: true, grants: [.init(space: "main", role: .owner)])
        #expect(try Invitation(reading: owner.written()) == owner)
    }

    @Test func `an invitation changed on the way, by whoever holds no owner's seed, is refused`() throws {
        let form = CheckedText(prefix: Invitation.prefix, name: "it")
        let payload = try form.read(Self.knownInvitation)
        for position in payload.indices {
            var changed = payload
            changed[position] ^= 1
            let text = try form.write(changed)
            #expect(throws: VaultError(.invalidIdentity, "")) { try Invitation(reading: text) }
        }
    }

    @Test func `an invitation is accepted by the identity that it names`() throws {
        let text = try Self.invitation().accepted(by: Sample.knownIdentity())
        #expect(try text.pin == Self.pin())
        let other = try Identity.generate()
        #expect(throws: VaultError(.wrongIdentity, "")) { try Self.invitation().accepted(by: other) }
    }
}
