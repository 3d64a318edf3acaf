// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One way in which a secret may stand in a text: as it is, encoded, or a line of it.
struct Spelling: Hashable {
    /// The bytes that stand there.
    let bytes: [UInt8]
    /// Whether a line may be broken within: what `base64` and `xxd` print is.
    let wraps: Bool
    /// Whether one more character holds bits of the secret together with bits of what stands behind it.
    let sharesLastCharacter: Bool

    init(_ bytes: [UInt8], wraps: Bool = false, sharesLastCharacter: Bool = false) {
        self.bytes = bytes
        self.wraps = wraps && bytes.count >= Self.fewestWrapped
        self.sharesLastCharacter = sharesLastCharacter
    }

    /// Encoded forms with fewer characters would be found in any text.
    static let fewestEncoded = 6

    /// How many characters of a spelling stand before a broken line, at least: with fewer, each line that ends with the first
    /// letter of a secret would be held back.
    static let fewestBeforeBreak = 8

    /// With more lines than these only the whole of a secret is looked for encoded.
    static let mostEncodedLines = 64

    /// What is shorter is found only where no line breaks within it.
    static let fewestWrapped = 16

    /// Every spelling of a secret that is looked for, each once; none of no bytes.
    static func all(of secret: [UInt8]) -> Set<Spelling> {
        guard !secret.isEmpty else { return [] }
        var found: Set<Spelling> = [Spelling(secret)]
        var encoded: [Spelling] = []
        let lines = lines(of: secret)
        for text in lines {
            found.insert(Spelling(text))
            // Of a long list nobody encodes each line by itself.
            guard lines.count <= mostEncodedLines || text == secret else { continue }
            encoded += base64(text) + hex(text) + percent(text) + json(text)
        }
        // A line that breaks within the first few characters parts them from the rest, which is found by itself.
        encoded += encoded.filter { $0.wraps && $0.bytes.count >= fewestBeforeBreak + fewestEncoded }.map { spelling in
            Spelling(
                Array(spelling.bytes.dropFirst(fewestBeforeBreak)), wraps: true,
                sharesLastCharacter: spelling.sharesLastCharacter)
        }
        found.formUnion(encoded.filter { $0.bytes.count >= fewestEncoded })
        return found
    }
}

// MARK: - CustomStringConvertible

extension Spelling: CustomStringConvertible {
    /// Never the bytes.
    var description: String { "<redacted>" }
}
