// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Spelling {
    /// A secret in hexadecimal, in small and in capital letters (RFC 4648 §8).
    static func hex(_ secret: [UInt8]) -> [Spelling] {
        [smallDigits, capitalDigits].map { digits in
            Spelling(secret.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, wraps: true)
        }
    }

    /// The digits of the programs that write small letters, and of those that write capital ones.
    static let smallDigits = Array("0123456789abcdef".utf8)
    static let capitalDigits = Array("0123456789ABCDEF".utf8)
}
