// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

@testable import CofferMasking

/// What comes out for pieces of an output, as text.
func masked(_ pieces: [[UInt8]], hiding secrets: [[UInt8]]) throws -> [UInt8] {
    try masked(pieces, SecretMask(hiding: secrets.map { Secret(bytes: $0) }))
}

/// What comes out for pieces of an output.
func masked(_ pieces: [[UInt8]], _ mask: SecretMask) throws -> [UInt8] {
    var stream = MaskingStream(mask)
    var out: [UInt8] = []
    for piece in pieces { try piece.withUnsafeBytes { try stream.write($0) { out += $0 } } }
    try stream.finish { out += $0 }
    return out
}

/// What comes out for one piece of text.
func masked(_ text: String, hiding secrets: String...) throws -> String {
    String(decoding: try masked([Array(text.utf8)], hiding: secrets.map { Array($0.utf8) }), as: UTF8.self)
}

/// The same by trying each spelling at each place of the whole, for texts without broken lines.
func maskedByTrying(_ text: [UInt8], hiding secrets: [[UInt8]]) -> [UInt8] {
    let spellings = secrets.reduce(into: Set<Spelling>()) { $0.formUnion(Spelling.all(of: $1)) }
    var hidden = [Bool](repeating: false, count: text.count)
    for spelling in spellings where spelling.bytes.count <= text.count {
        for start in 0...(text.count - spelling.bytes.count)
        where text[start] == spelling.bytes[0] && text[start...].starts(with: spelling.bytes) {
            var end = start + spelling.bytes.count
            if spelling.sharesLastCharacter, end < text.count, Spelling.isBase64(text[end]) { end += 1 }
            for index in start..<end { hidden[index] = true }
        }
    }
    var out: [UInt8] = []
    for index in text.indices {
        if !hidden[index] {
            out.append(text[index])
        } else if index == 0 || !hidden[index - 1] {
            out += Array("***".utf8)
        }
    }
    return out
}

/// Numbers that look random and are the same each time (SplitMix64).
struct Numbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
