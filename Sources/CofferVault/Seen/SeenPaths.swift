// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The names under which an identity has opened a vault on this machine, the one that its record is of first.
///
/// They are names as people give them, not files: whoever can write the vault's folder can put another file, or a link to
/// one, under the name, and that is what the record is there to notice.
///
/// ```
/// label "coffer seen paths 1" ‖ list32( absolute path text ) ‖ keyed hash 32
/// ```
struct SeenPaths: Sendable {
    /// How many names are kept; the oldest are forgotten.
    private static let most = 32
    /// The largest file that is read, in bytes.
    private static let largest = 1 << 18

    /// The file.
    let path: String
    let vaultID: VaultID
    let identity: Identity

    init(beside record: SeenFile) {
        path = record.path + ".paths"
        vaultID = record.vaultID
        identity = record.identity
    }

    /// The names; empty if there is no file that this identity wrote.
    func read() -> [String] {
        guard let file = try? FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
            let bytes = try? file.contents(named: path, limit: Self.largest)
        else { return [] }
        return (try? decode(bytes)) ?? []
    }

    /// Replaces them, on the disk: it is seldom.
    func write(_ names: [String]) throws(VaultError) {
        let kept = names.prefix(Self.most)
        var writer = CanonicalWriter(Labels.seenPaths)
        writer.integer(UInt32(kept.count))
        for name in kept { writer.text(name) }
        let bytes = writer.bytes + (try identity.seenTag(of: writer.bytes, vaultID)).bytes
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        try AtomicFile.write(bytes, to: path, replacing: true)
    }

    /// The names in a file.
    ///
    /// - Throws: ``VaultError/damaged`` for one that this identity did not write.
    func decode(_ bytes: [UInt8]) throws(VaultError) -> [String] {
        let body = Array(bytes.dropLast(Digest.byteCount))
        guard try identity.seenTag(of: body, vaultID).bytes == Array(bytes.suffix(Digest.byteCount)) else {
            throw .damaged
        }
        var reader = CanonicalReader(body)
        try reader.label(Labels.seenPaths)
        var names: [String] = []
        for _ in 0..<(try reader.integer(UInt32.self)) { names.append(try reader.text()) }
        try reader.finish()
        return names
    }
}
