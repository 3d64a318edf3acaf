// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct RowSignerTests {
    private static let seed = [UInt8](0..<32)

    @Test func `it signs as the pair of its seed`() throws {
        let pair = try SigningKeyPair(seed: SecretMemory(copying: Self.seed))
        let signer = RowSigner(seed: try SecretMemory(copying: Self.seed), for: pair.publicKey)
        for message in [[UInt8](), [1, 2, 3]] {
            try pair.publicKey.verify(try signer.sign(message), of: message)
        }
    }

    @Test func `it signs nothing for a public key that is not its own`() throws {
        let other = try SigningKeyPair(seed: SecretMemory.random(byteCount: 32))
        let signer = RowSigner(seed: try SecretMemory(copying: Self.seed), for: other.publicKey)
        for _ in 0..<2 { #expect(throws: CryptoError.failed) { try signer.sign([1]) } }
    }
}
