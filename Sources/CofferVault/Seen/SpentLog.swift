// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// The refresh tokens that this machine knows to be spent, by fingerprint, in a file that is only ever added to.
///
/// A restored vault has forgotten what was spent since it was copied; this has not. The body of a line:
///
/// ```
/// space 16 ‖ fingerprint 32 ‖ entry 16 ‖ field u16 ‖ tier u8
/// ```
package struct SpentLog: Sendable {
    /// The size of what a line says.
    static let bodyByteCount = SpaceID.byteCount + Digest.byteCount + EntryID.byteCount + 3

    private let lines: CheckedLines
    /// The file.
    package var path: String { lines.path }

    /// Names the log of a vault in a folder.
    package init(folder: String, vaultID: VaultID) {
        lines = CheckedLines(path: "\(folder)/\(vaultID).spent", bodyByteCount: Self.bodyByteCount)
    }

    /// Adds fingerprints in one write, without a sync.
    ///
    /// - Throws: ``VaultError`` of the file system.
    package func append(_ spent: [StoredFingerprint]) throws(VaultError) {
        try lines.append(spent.map(Self.body))
    }

    /// Every fingerprint that can be read.
    ///
    /// - Throws: ``VaultError`` of the file system; a log that is not there is empty.
    package func fingerprints() throws(VaultError) -> [StoredFingerprint] {
        try lines.bodies().compactMap(Self.read)
    }

    /// What a line says of one fingerprint.
    static func body(_ spent: StoredFingerprint) -> [UInt8] {
        var writer = CanonicalWriter()
        writer.fixed(spent.spaceID.bytes)
        writer.fixed(spent.tag.bytes)
        writer.fixed(spent.entryID.bytes)
        writer.integer(spent.field)
        writer.integer(spent.tier.rawValue)
        return writer.bytes
    }

    /// What a line says; nil for what no line says.
    static func read(_ body: [UInt8]) -> StoredFingerprint? {
        var reader = CanonicalReader(body)
        guard let space = try? SpaceID(reader.fixed(SpaceID.byteCount)),
            let tag = try? Digest(reader.fixed(Digest.byteCount)),
            let entry = try? EntryID(reader.fixed(EntryID.byteCount)), let field = try? reader.integer(UInt16.self),
            let tier = (try? reader.integer(UInt8.self)).flatMap(Tier.init(rawValue:))
        else { return nil }
        return StoredFingerprint(spaceID: space, tag: tag, entryID: entry, field: field, tier: tier, isSpent: true)
    }
}
