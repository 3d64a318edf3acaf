// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct FixedSizeTests {
    @Test(arguments: [0, 1, 31, 33, 64])
    func `a key or digest has 32 bytes and no other number`(byteCount: Int) throws {
        let bytes = [UInt8](repeating: 7, count: byteCount)
        #expect(throws: CryptoError.wrongSize) { _ = try Digest(bytes) }
        #expect(throws: CryptoError.wrongSize) { _ = try SigningPublicKey(bytes) }
        #expect(throws: CryptoError.wrongSize) { _ = try EncryptionPublicKey(bytes) }
        #expect(throws: CryptoError.wrongSize) {
            try bytes.withUnsafeBytes { _ = try SecretKey<Sealing>(copying: $0) }
        }
        #expect(throws: CryptoError.wrongSize) { _ = try SigningKeyPair(seed: SecretMemory(copying: bytes)) }
        #expect(throws: CryptoError.wrongSize) { _ = try EncryptionKeyPair(seed: SecretMemory(copying: bytes)) }
    }

    @Test(arguments: [0, 63, 65])
    func `a signature has 64 bytes and no other number`(byteCount: Int) {
        #expect(throws: CryptoError.wrongSize) { try Signature([UInt8](repeating: 7, count: byteCount)) }
    }

    @Test func `a label is padded with zeros to 16 bytes`() {
        #expect(KeyLabel("abc").bytes == Array("abc".utf8) + [UInt8](repeating: 0, count: 13))
        #expect(KeyLabel("coffer.id.x25519").bytes.count == 16)
    }

    @Test func `an error says nothing about keys or bytes`() {
        #expect(CryptoError.failed.description == "the cryptographic check failed")
        #expect(CryptoError.wrongSize.description == "a value has the wrong size")
        #expect(CryptoError.unavailable.description == "libsodium is not available or out of guarded memory")
    }
}
