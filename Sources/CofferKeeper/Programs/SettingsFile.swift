// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

/// A file of this machine's settings: JSON that a command writes and only this user may change.
struct SettingsFile {
    /// More is no list of settings: 1 MiB.
    private static let limit = 1 << 20

    /// How often the lock is asked for, a millisecond apart: some 5 s, in which hundreds of others have changed the file.
    private static let lockAttempts = 5000

    /// Where; nil without a home.
    let path: String?

    /// Reads it.
    ///
    /// - Parameters:
    ///   - type: What it holds.
    ///   - isSound: Whether what it holds can be used.
    ///   - what: What it is and who writes it, for the sentence that says that it is none.
    /// - Returns: nil if there is none.
    /// - Throws: ``KeeperError`` `misconfigured` for a file that makes no sense, ``VaultError/Code/unsafePermissions`` for one
    ///   that others may write to.
    func read<Document: Decodable>(
        _ type: Document.Type, where isSound: (Document) -> Bool, _ what: String
    ) throws -> Document? {
        guard let path, AtomicFile.exists(path) else { return nil }
        let text = try CheckedFile.read(path, limit: Self.limit, mayBeSeen: true)
        let document = try? StoredJSON.decode(type, from: text.withExposedBytes { Array($0) })
        guard let document, isSound(document) else {
            throw KeeperError(.misconfigured, "\(path) is no \(what); mend or remove it, then set them again")
        }
        return document
    }

    /// Reads it, has it changed, and writes it, while no other process does; of two at once both changes stay.
    ///
    /// - Parameters:
    ///   - read: Reads it.
    ///   - body: Changes it.
    /// - Returns: what the body returns.
    /// - Throws: ``KeeperError`` `usage` without a home; ``VaultError/Code/busy`` if others hold the lock (`FILE.lock`) too long;
    ///   ``VaultError`` where it can't be written; what the closures throw.
    func change<Document: Encodable, Result>(
        _ read: () throws -> Document, _ body: (inout Document) throws -> Result
    ) throws -> Result {
        let path = try writablePath()
        try AtomicFile.makeFolder(FilePathText.folder(of: path))
        let lock = try FileLock(path + ".lock", attempts: Self.lockAttempts)
        defer { withExtendedLifetime(lock) {} }
        var document = try read()
        let result = try body(&document)
        try write(document, to: path)
        return result
    }

    private func writablePath() throws -> String {
        guard let path else {
            throw KeeperError(.usage, "HOME is not set, so that there is no place for the settings of this machine")
        }
        return path
    }

    private func write(_ document: some Encodable, to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try AtomicFile.write(Array(encoder.encode(document)) + [0x0A], to: path, replacing: true)
    }
}
