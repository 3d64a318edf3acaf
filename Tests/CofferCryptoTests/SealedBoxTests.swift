// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct SealedBoxTests {
    private static let seed = [UInt8](0..<32)

    private static func pair() throws -> EncryptionKeyPair {
        try EncryptionKeyPair(seed: SecretMemory(copying: seed))
    }

    /// Computed with the ladder of RFC 7748 §5 written out in Python over `sha512(seed)[:32]`, as libsodium
    /// documents `crypto_box_seed_keypair`.
    @Test func `a seed gives the key that RFC 7748 gives for its hash`() throws {
        let pair = try Self.pair()
        #expect(
            Hexadecimal.text(pair.publicKey.bytes) == "4701d08488451f545a409fb58ae3e58581ca40ac3f7f114698cd71deac73ca01"
        )
    }

    /// Computed in Python from the definition, `epk ‖ XSalsa20-Poly1305(nonce = BLAKE2b-192(epk ‖ pk))`, with the
    /// ephemeral secret key `40 41 … 5f`; the primitives written out after RFC 7748, RFC 8439 §2.5 and the Salsa20
    /// specification, so that no libsodium was asked.
    @Test func `a box sealed by another implementation opens`() throws {
        let box = Hexadecimal.bytes(
            """
            79a631eede1bf9c98f12032cdeadd0e7a079398fc786b88cc846ec89af85a51a3226e41f21407b4daa20da415d2a022c
            02f2a922a7171cf14aa451bd38ba88602b4b4553e72dbf
            """)
        let opened = try Self.pair().unwrap(box)
        #expect(opened.withExposedBytes { String(decoding: $0, as: UTF8.self) } == "three may keep a secret")
    }

    @Test(arguments: [0, 1, 32, 96])
    func `what is wrapped unwraps`(byteCount: Int) throws {
        let pair = try Self.pair()
        let message = RandomBytes.make(byteCount: byteCount)
        let opened = try pair.unwrap(pair.publicKey.wrap(message))
        #expect(opened.withExposedBytes { Array($0) } == message)
    }

    @Test func `a wrap that was changed, cut or meant for another does not open`() throws {
        let pair = try Self.pair()
        let other = try EncryptionKeyPair(seed: SecretMemory.random(byteCount: 32))
        let box = try pair.publicKey.wrap([1, 2, 3])
        for position in box.indices {
            var changed = box
            changed[position] ^= 0x01
            #expect(throws: CryptoError.failed) { _ = try pair.unwrap(changed) }
        }
        for length in 0..<box.count {
            #expect(throws: CryptoError.failed) { _ = try pair.unwrap(Array(box.prefix(length))) }
        }
        #expect(throws: CryptoError.failed) { _ = try other.unwrap(box) }
    }

    @Test func `nothing is wrapped to a key of small order`() throws {
        let zero = try EncryptionPublicKey([UInt8](repeating: 0, count: 32))
        #expect(throws: CryptoError.failed) { try zero.wrap([1]) }
    }
}
