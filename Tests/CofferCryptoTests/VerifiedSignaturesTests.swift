// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct `Signatures that were checked` {
    private static func pair(_ byte: UInt8) throws -> SigningKeyPair {
        try SigningKeyPair(seed: SecretMemory(copying: [UInt8](repeating: byte, count: SigningKeyPair.seedByteCount)))
    }

    @Test func `are right again, and nothing else that is near them`() throws {
        let own = try Self.pair(1)
        let (key, other) = (own.publicKey, try Self.pair(2).publicKey)
        let message = Array("made up".utf8)
        let signature = try own.sign(message)
        for _ in 1...2 { try key.verify(signature, of: message) }
        #expect(VerifiedSignatures.shared.contains(signature, of: message, by: key))
        for _ in 1...2 {
            #expect(throws: CryptoError.failed) { try other.verify(signature, of: message) }
            #expect(throws: CryptoError.failed) { try key.verify(signature, of: message + [0]) }
            for index in signature.bytes.indices {
                var bytes = signature.bytes
                bytes[index] ^= 1
                let altered = try Signature(bytes)
                #expect(throws: CryptoError.failed) { try key.verify(altered, of: message) }
            }
        }
    }

    @Test func `are forgotten, the oldest first, and long messages at once`() throws {
        let key = try Self.pair(3).publicKey
        let signature = try Signature([UInt8](repeating: 7, count: Signature.byteCount))
        let memory = VerifiedSignatures(capacity: 4)
        for number in UInt8(0)...8 { memory.insert(signature, of: [number], by: key) }
        #expect(!memory.contains(signature, of: [0], by: key))
        #expect(memory.contains(signature, of: [5], by: key) && memory.contains(signature, of: [8], by: key))
        memory.insert(signature, of: [UInt8](repeating: 0, count: 257), by: key)
        #expect(!memory.contains(signature, of: [UInt8](repeating: 0, count: 257), by: key))
    }
}
