// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto

@Suite struct Base64URLTests {
    private static func decode(_ text: String) throws -> [UInt8] {
        try Array(text.utf8).withUnsafeBytes { try Base64URL.decode($0).withExposedBytes { Array($0) } }
    }

    /// RFC 4648 §10 without the padding, and two that need the URL alphabet.
    @Test(arguments: [
        ("", [] as [UInt8]), ("Zg", Array("f".utf8)), ("Zm8", Array("fo".utf8)), ("Zm9v", Array("foo".utf8)),
        ("Zm9vYg", Array("foob".utf8)), ("Zm9vYmE", Array("fooba".utf8)), ("Zm9vYmFy", Array("foobar".utf8)),
        ("-_8", [0xFB, 0xFF]), ("__79", [0xFF, 0xFE, 0xFD]),
    ])
    func `the published vectors go both ways`(text: String, bytes: [UInt8]) throws {
        #expect(try Self.decode(text) == bytes)
        let encoded = try Base64URL.encode(SecretMemory(copying: bytes))
        #expect(encoded.withExposedBytes { String(decoding: $0, as: UTF8.self) } == text)
    }

    @Test(arguments: ["Z", "Zg==", "Zg=", "Zh", "Zm9=", "+/8", "Zm 9v", "Zm9v\n", " Zm9v", "Zm9vZ", "Zmä"])
    func `what the encoder would not have written is refused`(text: String) {
        #expect(throws: CryptoError.failed) { _ = try Self.decode(text) }
    }
}
