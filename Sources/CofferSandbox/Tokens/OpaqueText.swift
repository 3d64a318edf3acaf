// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes the random texts that the emulated server hands out, all from the system's generator.
enum OpaqueText {
    /// How codes and refresh tokens begin: the version header of defuse/php-encryption, which
    /// thephpleague/oauth2-server uses.
    ///
    /// The shape was observed, not documented.
    static let prefix = "def50200"

    /// A refresh token: `def50200` and hex, 1,000 characters in all.
    static func refreshToken() -> String { prefix + hex(byteCount: 496) }

    /// An authorization code: the same shape, 800 characters, so that a store with a short column is noticed.
    static func authorizationCode() -> String { prefix + hex(byteCount: 396) }

    /// A client id: a UUID in lower case.
    static func clientID() -> String { UUID().uuidString.lowercased() }

    /// A client secret: 64 letters and digits.
    static func clientSecret() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        var generator = SystemRandomNumberGenerator()
        return String((0..<64).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// Whether a text has the shape of a code or refresh token at all; what lacks it "cannot be decrypted".
    static func hasShape(_ text: String) -> Bool {
        text.hasPrefix(prefix) && text.utf8.allSatisfy { isLowerHex($0) }
    }

    /// Random bytes in lower-case hex.
    static func hex(byteCount: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return hex((0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
    }

    /// Bytes in lower-case hex.
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
