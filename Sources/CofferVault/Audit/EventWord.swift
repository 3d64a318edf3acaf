// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What the names of actions and outcomes are made of: words that are harmless wherever they are shown.
enum EventWord {
    /// The longest, in bytes: 64.
    static let longest = 64

    /// Whether a text is 1 to 64 characters of `a-z 0-9 . _ -` and spaces, the first and the last of them no space.
    static func isOne(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let space = UInt8(ascii: " ")
        guard (1...longest).contains(bytes.count), bytes.first != space, bytes.last != space else { return false }
        return bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"), space: true
            default: false
            }
        }
    }
}
