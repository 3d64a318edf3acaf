// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Text from a provider, made fit for a sentence of ours: one bounded line without control characters or secrets.
package enum ForeignText {
    /// How many characters of a foreign text are kept: enough for a sentence, too few for a page.
    private static let characterLimit = 200
    /// A run of token characters of this length is no word: some servers echo what they were sent.
    private static let longestWord = 32
    /// So many bytes in a row shared with a secret are an echo, even of a part of it.
    private static let echoByteCount = 8

    /// Cleans a text.
    ///
    /// - Parameters:
    ///   - text: from a provider.
    ///   - secrets: what was sent in the request; a text that repeats a part of one is dropped whole.
    /// - Returns: the text, or `nil` if nothing of it may be shown.
    package static func clean(_ text: String, hiding secrets: [Secret]) -> String? {
        let visible = text.unicodeScalars.lazy.map { scalar -> Character in
            isSafe(scalar) ? Character(scalar) : " "
        }
        let line = String(visible.prefix(characterLimit * 4)).split(separator: " ").joined(separator: " ")
        guard !line.isEmpty, !secrets.contains(where: { echoes($0, in: line) }) else { return nil }
        let masked = line.split(separator: " ").map {
            $0.utf8.count > longestWord && isTokenLike($0) ? "…" : String($0)
        }
        .joined(separator: " ")
        return masked.count > characterLimit ? masked.prefix(characterLimit) + "…" : masked
    }

    /// Neither control, format (which turns text around or hides it), private nor line-breaking characters.
    private static func isSafe(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }

    private static func isTokenLike(_ word: Substring) -> Bool {
        word.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private static func echoes(_ secret: Secret, in line: String) -> Bool {
        guard !secret.isEmpty else { return false }
        let text = Array(line.utf8)
        return secret.withExposedBytes { secret in
            let width = min(secret.count, echoByteCount)
            guard text.count >= width else { return false }
            let pieces = Set((0...(secret.count - width)).map { Array(secret[$0..<($0 + width)]) })
            return (0...(text.count - width)).contains { pieces.contains(Array(text[$0..<($0 + width)])) }
        }
    }
}
