// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Takes out of texts whatever repeats a secret, or 32 bytes in a row of a longer one.
///
/// A report can name a file after the secret that was found in another. There may be a hundred thousand secrets and few texts, so
/// parts of the secrets are looked for among those of the texts, by hashes that are this process's own: no copy of a secret is made.
struct EchoSearch {
    /// Shorter strings are in every text, and no secrets.
    private static let shortestSecret = 4
    /// So many bytes in a row of a longer secret are an echo of it.
    private static let longestPart = 32
    /// The lengths of the parts: powers of two, so that there are few, whatever the lengths of the secrets are.
    private static let widths = [4, 8, 16, 32]
    /// What stands in the place of a text that repeats one.
    static let mask = "…"

    /// The hashes of first parts of secrets, with those of the last parts that have to be in the text as well.
    private var echoes: [Int: Set<Int>] = [:]
    /// The hashes of parts that are enough by themselves.
    private var parts: Set<Int> = []

    /// Looks for secrets in texts.
    init(for secrets: some Sequence<Secret>, in texts: some Sequence<String>) {
        let present = Set(texts).reduce(into: Set<Int>()) { $0.formUnion(Self.parts(of: $1)) }
        for secret in secrets where secret.byteCount >= Self.shortestSecret {
            secret.withExposedBytes { bytes in
                if bytes.count >= Self.longestPart {
                    Self.eachPart(of: bytes, Self.longestPart) { if present.contains($0) { parts.insert($0) } }
                } else if let width = Self.widths.last(where: { $0 <= bytes.count }) {
                    let first = Self.hash(bytes[..<width])
                    let last = Self.hash(bytes.suffix(width))
                    if present.contains(first), present.contains(last) { echoes[first, default: []].insert(last) }
                }
            }
        }
    }

    /// The text, or a mask if a secret is in it.
    func masked(_ text: String) -> String {
        guard !parts.isEmpty || !echoes.isEmpty else { return text }
        let own = Self.parts(of: text)
        let hasEcho = own.contains { part in
            parts.contains(part) || echoes[part].map { !$0.isDisjoint(with: own) } ?? false
        }
        return hasEcho ? Self.mask : text
    }

    private static func parts(of text: String) -> Set<Int> {
        var text = text
        var found: Set<Int> = []
        text.withUTF8 { bytes in
            for width in widths { eachPart(of: UnsafeRawBufferPointer(bytes), width) { found.insert($0) } }
        }
        return found
    }

    private static func eachPart(of bytes: UnsafeRawBufferPointer, _ width: Int, _ visit: (Int) -> Void) {
        guard bytes.count >= width else { return }
        for start in 0...(bytes.count - width) { visit(hash(bytes[start..<(start + width)])) }
    }

    private static func hash(_ part: Slice<UnsafeRawBufferPointer>) -> Int {
        var hasher = Hasher()
        hasher.combine(part.count)
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: part))
        return hasher.finalize()
    }
}
