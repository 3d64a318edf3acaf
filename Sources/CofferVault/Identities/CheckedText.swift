// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Bytes that are no secret as one line that people send to each other: a prefix that names their kind,
/// base64url, and four bytes of their hash against mistyping.
///
/// ```
/// prefix ‖ base64url( payload ‖ first 4 bytes of H(payload) )
/// ```
struct CheckedText {
    private static let checkByteCount = 4
    /// The longest line that is read, in characters: an invitation to some 10,000 spaces.
    private static let longest = 1 << 20

    /// What the text starts with.
    let prefix: String
    /// What a person calls it, with its article.
    let name: String

    /// What is thrown for every text that is not one of these.
    var refused: VaultError {
        VaultError(.invalidIdentity, "this is not \(name), or it was copied incompletely")
    }

    /// Writes the line, without an end of line.
    func write(_ payload: [UInt8]) throws(VaultError) -> String {
        do {
            let whole = try SecretMemory(copying: payload + Self.check(of: payload))
            return try Base64URL.encode(whole).withExposedBytes { prefix + String(decoding: $0, as: UTF8.self) }
        } catch {
            throw VaultError(.unreadable, "\(name) could not be written")
        }
    }

    /// Reads a line; white space around it is ignored.
    ///
    /// - Throws: ``VaultError/Code/newerFormat`` for a later version, else ``VaultError/Code/invalidIdentity``. The message does not repeat the text: it may be another one than
    ///   was meant.
    func read(_ text: String) throws(VaultError) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest, let first = bytes.firstIndex(where: { !isSpace($0) }),
            let last = bytes.lastIndex(where: { !isSpace($0) })
        else { throw refused }
        let line = bytes[first...last]
        guard !line.starts(with: IdentityText.stem.utf8) else {
            throw VaultError(
                .invalidIdentity, "this is a secret identity, not \(name); it must not be given to anybody else")
        }
        guard !Self.isLater(bytes, than: prefix) else {
            throw VaultError(.newerFormat, "this is \(name) that needs a newer Coffer; update this one")
        }
        guard line.starts(with: prefix.utf8), let whole = Self.decode(Array(line.dropFirst(prefix.utf8.count))),
            whole.count > Self.checkByteCount
        else { throw refused }
        let payload = Array(whole.dropLast(Self.checkByteCount))
        guard Array(whole.suffix(Self.checkByteCount)) == Self.check(of: payload) else { throw refused }
        return payload
    }

    /// Whether a text begins as one of a version after the first does: with `prefix`, but a higher digit at its end.
    ///
    /// A version has one digit, since the coded bytes follow it at once.
    static func isLater(_ text: some Sequence<UInt8>, than prefix: String) -> Bool {
        var bytes = text.lazy.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.makeIterator()
        for expected in prefix.utf8.dropLast() {
            guard bytes.next() == expected else { return false }
        }
        guard let digit = bytes.next(), let own = prefix.utf8.last else { return false }
        return digit > own && digit <= UInt8(ascii: "9")
    }

    private static func decode(_ coded: [UInt8]) -> [UInt8]? {
        try? coded.withUnsafeBytes { (raw) throws(CryptoError) in
            try Base64URL.decode(raw).withExposedBytes { Array($0) }
        }
    }

    private static func check(of payload: [UInt8]) -> [UInt8] {
        Array(Digest(hashing: payload).bytes.prefix(checkByteCount))
    }
}
