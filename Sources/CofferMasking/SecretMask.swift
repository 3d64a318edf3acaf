// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Some secrets in all the spellings by which they are found in what a program prints.
///
/// Looked for are each secret as it is, in base64 in both alphabets at each of the three places where it can begin, in
/// hexadecimal, in the ways of a URL and of JSON; of a secret of several lines each line, too. Lines may be broken within base64 and
/// hexadecimal. Not found are parts of a secret, other encodings, encodings of encodings, and an encoding of fewer than six
/// characters. Secrets of fewer than ``fewestBytes`` bytes are masked as well, and with them what only looks like them.
package final class SecretMask: Sendable {
    /// Shorter secrets stand in ordinary text by chance.
    package static let fewestBytes = 6

    /// How many of the secrets are shorter than ``fewestBytes``.
    package let shortSecrets: Int

    let book: SpellingBook
    private let windows: [WindowIndex]
    private let shorts: StartIndex
    private let starts: StartIndex

    /// Prepares to find secrets; an empty one is none.
    package init(hiding secrets: [Secret]) {
        var spellings: Set<Spelling> = []
        for secret in secrets { spellings.formUnion(Spelling.all(of: secret.withExposedBytes { Array($0) })) }
        let book = SpellingBook(spellings)
        self.book = book
        shortSecrets = secrets.count { !$0.isEmpty && $0.byteCount < Self.fewestBytes }
        let all = book.places.indices
        let long = all.filter { book.places[$0].count >= 2 * WindowIndex.byteCount }
        let middle = all.filter { (WindowIndex.byteCount..<2 * WindowIndex.byteCount).contains(book.places[$0].count) }
        windows = [long, middle].filter { !$0.isEmpty }.map { WindowIndex(book, $0) }
        shorts = StartIndex(book, all.filter { book.places[$0].count < WindowIndex.byteCount })
        starts = StartIndex(book, all)
    }

    /// Where secrets stand whole in a text; those that touch are one.
    func ranges(in text: UnsafeRawBufferPointer) -> [MaskedRange] {
        var found: [MaskedRange] = []
        for index in windows { index.find(in: text, book, into: &found) }
        shorts.find(in: text, book, into: &found)
        for index in found.indices where found[index].sharesNext {
            let end = found[index].end
            guard end < text.count else { continue }
            found[index].sharesNext = false
            if Spelling.isBase64(text[end]) { found[index].end += 1 }
        }
        return MaskedRange.union(of: found)
    }

    /// The first index from which the rest of a text may yet become a secret; the text's end if there is none.
    func firstBegun(in text: UnsafeRawBufferPointer) -> Int { starts.firstBegun(in: text, book) }
}
