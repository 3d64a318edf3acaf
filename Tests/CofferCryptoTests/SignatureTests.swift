// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct SignatureTests {
    /// RFC 8032 §7.1, tests 1 to 3.
    struct Published: Sendable {
        let seed: String
        let publicKey: String
        let message: String
        let signature: String
    }

    static let published = [
        Published(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature: """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555f\
                b8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                """),
        Published(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature: """
                92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da08\
                5ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
                """),
        Published(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature: """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18\
                ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
                """),
    ]

    private static func pair(_ seed: String) throws -> SigningKeyPair {
        try SigningKeyPair(seed: SecretMemory(copying: Hexadecimal.bytes(seed)))
    }

    @Test(arguments: published)
    func `seeds give the published keys and signatures`(vector: Published) throws {
        let pair = try Self.pair(vector.seed)
        let signature = try pair.sign(Hexadecimal.bytes(vector.message))
        let publicKey = pair.publicKey
        #expect(Hexadecimal.text(publicKey.bytes) == vector.publicKey)
        #expect(Hexadecimal.text(signature.bytes) == vector.signature)
        try publicKey.verify(signature, of: Hexadecimal.bytes(vector.message))
    }

    @Test func `a signature with any bit changed is refused`() throws {
        let pair = try Self.pair(Self.published[0].seed)
        let signature = try pair.sign([1, 2, 3])
        let publicKey = pair.publicKey
        for bit in 0..<512 {
            var bytes = signature.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            let changed = try Signature(bytes)
            #expect(throws: CryptoError.failed) { try publicKey.verify(changed, of: [1, 2, 3]) }
        }
    }

    @Test func `a signature does not fit another message or key`() throws {
        let pair = try Self.pair(Self.published[0].seed)
        let signature = try pair.sign([1, 2, 3])
        let publicKey = pair.publicKey
        let other = try SigningPublicKey(Hexadecimal.bytes(Self.published[1].publicKey))
        #expect(throws: CryptoError.failed) { try publicKey.verify(signature, of: [1, 2]) }
        #expect(throws: CryptoError.failed) { try other.verify(signature, of: [1, 2, 3]) }
    }

    @Test func `a key of small order vouches for nothing`() throws {
        // The neutral element of the curve, under which a naive verifier accepts R = neutral, S = 0.
        let neutral = [1] + [UInt8](repeating: 0, count: 31)
        let key = try SigningPublicKey(neutral)
        let signature = try Signature(neutral + [UInt8](repeating: 0, count: 32))
        #expect(throws: CryptoError.failed) { try key.verify(signature, of: [1]) }
    }
}
