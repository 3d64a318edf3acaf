// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Base64 (RFC 4648 §4) of a secret, read without a text or `Data` on the way.
enum Base64Text {
    /// What was encoded; nil for what no encoder writes: another length, another alphabet, bits that are left over.
    static func decoded(_ text: Secret) -> Secret? {
        text.withExposedBytes { bytes -> Secret? in
            guard bytes.count % 4 == 0 else { return nil }
            let padding = bytes.suffix(2).filter { $0 == UInt8(ascii: "=") }.count
            let digits = bytes.dropLast(padding)
            var isSound = true
            let secret = Secret(byteCount: bytes.count / 4 * 3) { target in
                var (bits, bitCount, written) = (UInt32(0), 0, 0)
                for byte in digits {
                    guard let digit = digit(byte) else {
                        isSound = false
                        break
                    }
                    bits = bits << 6 | UInt32(digit)
                    bitCount += 6
                    guard bitCount >= 8 else { continue }
                    bitCount -= 8
                    target[written] = UInt8(truncatingIfNeeded: bits >> UInt32(bitCount))
                    written += 1
                }
                if bits & ((1 << UInt32(bitCount)) - 1) != 0 { isSound = false }
                return written
            }
            return isSound ? secret : nil
        }
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
