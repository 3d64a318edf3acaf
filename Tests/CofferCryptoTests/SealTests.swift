// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct SealTests {
    /// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
    private enum Draft {
        static let key = Hexadecimal.bytes("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")
        static let nonce = Hexadecimal.bytes("404142434445464748494a4b4c4d4e4f5051525354555657")
        static let data = Hexadecimal.bytes("50515253c0c1c2c3c4c5c6c7")
        static let message =
            "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, "
            + "sunscreen would be it."
        static let ciphertext = Hexadecimal.bytes(
            """
            bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb
            731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452
            2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9
            21f9664c97637da9768812f615c68b13b52e
            """)
        static let tag = Hexadecimal.bytes("c0875924c1c7987947deafd8780acf49")
    }

    private static let key = [UInt8](0..<32)

    @Test func `the published vector opens`() throws {
        let key = try SecretKey<Sealing>.of(Draft.key)
        let opened = try key.open(Draft.nonce + Draft.ciphertext + Draft.tag, associatedData: Draft.data)
        #expect(opened.withExposedBytes { String(decoding: $0, as: UTF8.self) } == Draft.message)
    }

    @Test(arguments: [0, 1, 15, 16, 17, 4096, 1 << 20])
    func `what is sealed opens again`(byteCount: Int) throws {
        let key = try SecretKey<Sealing>.of(Self.key)
        let message = RandomBytes.make(byteCount: byteCount)
        let box = try message.withUnsafeBytes { try key.seal($0, associatedData: [1, 2]) }
        #expect(box.count == byteCount + 40)
        #expect(SecretKey<Sealing>.overheadByteCount == 40)
        let opened = try key.open(box, associatedData: [1, 2])
        #expect(opened.withExposedBytes { Array($0) } == message)
    }

    @Test func `no two boxes of one message are alike`() throws {
        let key = try SecretKey<Sealing>.of(Self.key)
        let boxes = try (0..<64).map { _ in
            try [UInt8]("same".utf8).withUnsafeBytes { try key.seal($0, associatedData: []) }
        }
        #expect(Set(boxes.map { Array($0.prefix(24)) }).count == 64)
        #expect(Set(boxes).count == 64)
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
    func `a box with any byte changed does not open`(mask: UInt8) throws {
        let key = try SecretKey<Sealing>.of(Self.key)
        let box = try [UInt8]("a secret".utf8).withUnsafeBytes { try key.seal($0, associatedData: [7]) }
        for position in box.indices {
            var changed = box
            changed[position] ^= mask
            #expect(throws: CryptoError.failed) { _ = try key.open(changed, associatedData: [7]) }
        }
    }

    @Test func `a box cut at any length does not open`() throws {
        let key = try SecretKey<Sealing>.of(Self.key)
        let box = try [UInt8]("a secret".utf8).withUnsafeBytes { try key.seal($0, associatedData: []) }
        for length in 0..<box.count {
            #expect(throws: CryptoError.failed) { _ = try key.open(Array(box.prefix(length)), associatedData: []) }
        }
        #expect(throws: CryptoError.failed) { _ = try key.open(box + [0], associatedData: []) }
    }

    @Test func `another key or other associated data does not open it`() throws {
        let key = try SecretKey<Sealing>.of(Self.key)
        let other = try SecretKey<Sealing>.random()
        let box = try [UInt8]("a secret".utf8).withUnsafeBytes { try key.seal($0, associatedData: [1]) }
        #expect(throws: CryptoError.failed) { _ = try other.open(box, associatedData: [1]) }
        for data in [[], [2], [1, 0]] as [[UInt8]] {
            #expect(throws: CryptoError.failed) { _ = try key.open(box, associatedData: data) }
        }
    }
}
