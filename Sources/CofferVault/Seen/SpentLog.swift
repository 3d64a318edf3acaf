// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The refresh tokens that this machine knows to be spent, by fingerprint, in a file that is only ever added to.
///
/// A restored vault has forgotten what was spent since it was copied; this has not. Each line is of one size and ends
/// with a check, so that what a power cut tore is passed over.
///
/// ```
/// space 16 ‖ fingerprint 32 ‖ entry 16 ‖ field u16 ‖ tier u8 ‖ first 4 bytes of H(the rest)
/// ```
package struct SpentLog: Sendable {
    private static let bodyByteCount = SpaceID.byteCount + Digest.byteCount + EntryID.byteCount + 3
    private static let lineByteCount = bodyByteCount + 4
    /// The largest log that is read, in bytes: nearly a million tokens.
    private static let largest = 64 << 20

    /// The file.
    package let path: String

    /// Names the log of a vault in a folder.
    package init(folder: String, vaultID: VaultID) {
        path = "\(folder)/\(vaultID).spent"
    }

    /// Adds fingerprints in one write, without a sync.
    ///
    /// - Throws: ``VaultError`` of the file system.
    package func append(_ spent: [StoredFingerprint]) throws(VaultError) {
        guard !spent.isEmpty else { return }
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW)
        try file.makePrivate(path)
        let bytes = spent.flatMap(Self.line)
        let failure: VaultError? = bytes.withUnsafeBytes { raw in
            do throws(VaultError) { try file.write(raw, to: path) } catch { return error }
            return nil
        }
        if let failure { throw failure }
    }

    /// Every fingerprint that can be read.
    ///
    /// - Throws: ``VaultError`` of the file system; a log that is not there is empty.
    package func fingerprints() throws(VaultError) -> [StoredFingerprint] {
        guard AtomicFile.exists(path) else { return [] }
        let file = try FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let bytes = try CheckedFile.contents(of: file.number, named: path, limit: Self.largest)
            .withExposedBytes { Array($0) }
        var found: [StoredFingerprint] = []
        var place = 0
        while place + Self.lineByteCount <= bytes.count {
            if let line = Self.read(Array(bytes[place..<place + Self.lineByteCount])) {
                found.append(line)
                place += Self.lineByteCount
            } else {
                // Behind a torn line the next begins anywhere.
                place += 1
            }
        }
        return found
    }

    private static func line(_ spent: StoredFingerprint) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.fixed(spent.spaceID.bytes)
        writer.fixed(spent.tag.bytes)
        writer.fixed(spent.entryID.bytes)
        writer.integer(spent.field)
        writer.integer(spent.tier.rawValue)
        return writer.bytes + Digest(hashing: writer.bytes).bytes.prefix(4)
    }

    private static func read(_ line: [UInt8]) -> StoredFingerprint? {
        let body = Array(line.prefix(bodyByteCount))
        guard Array(line.suffix(4)) == Array(Digest(hashing: body).bytes.prefix(4)) else { return nil }
        var reader = CanonicalReader(body)
        guard let space = try? SpaceID(reader.fixed(SpaceID.byteCount)),
            let tag = try? Digest(reader.fixed(Digest.byteCount)),
            let entry = try? EntryID(reader.fixed(EntryID.byteCount)), let field = try? reader.integer(UInt16.self),
            let tier = (try? reader.integer(UInt8.self)).flatMap(Tier.init(rawValue:))
        else { return nil }
        return StoredFingerprint(spaceID: space, tag: tag, entryID: entry, field: field, tier: tier, isSpent: true)
    }
}
