// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials

extension Spelling {
    /// A secret as it stands in base64 (RFC 4648 §4 and §5), wherever it begins in what was encoded.
    ///
    /// Three bytes make four characters, so what stands before a secret, `user:` of RFC 7617, moves it by none, one or two
    /// bytes. Where it moves it, the first character holds bits of both, and each value of the other's bits is a spelling of
    /// its own. What the last character shares with what follows is masked with it (`sharesLastCharacter`).
    static func base64(_ secret: [UInt8]) -> [Spelling] {
        var found: [Spelling] = []
        for offset in 0..<3 {
            // The characters before the first one that holds a bit of the secret, and how many values the bits before have.
            let foreign = offset
            let values = 1 << (2 * offset)
            for value in 0..<values {
                var bytes = [UInt8](repeating: 0, count: offset)
                if offset > 0 { bytes[offset - 1] = UInt8(value) }
                let length = offset + secret.count
                let whole = length / 3 * 4 + [0, 1, 2][length % 3]
                let text = Array(Data(bytes + secret).base64EncodedData())[foreign..<whole]
                let shares = length % 3 != 0
                found.append(Spelling(Array(text), wraps: true, sharesLastCharacter: shares))
                found.append(Spelling(text.map(urlSafe), wraps: true, sharesLastCharacter: shares))
            }
        }
        return found
    }

    /// Whether a byte stands for six bits in either alphabet.
    static func isBase64(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "-"),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func urlSafe(_ character: UInt8) -> UInt8 {
        switch character {
        case UInt8(ascii: "+"): UInt8(ascii: "-")
        case UInt8(ascii: "/"): UInt8(ascii: "_")
        default: character
        }
    }
}
