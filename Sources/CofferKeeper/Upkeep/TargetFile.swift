// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferSQLite
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// The file that a backup, a bundle or a report becomes: judged before anything is done, and named only when it is whole.
package struct TargetFile: Sendable {
    /// The file, as the person named it.
    package let path: String
    private let isReplacing: Bool

    /// Judges a name.
    ///
    /// - Parameters:
    ///   - path: The file; its folder must exist.
    ///   - replacing: Whether a file that is there may be replaced, and what was left beside an earlier one removed.
    ///   - location: The vault and the identity, which it can't be in any case, nor anything that belongs to them.
    /// - Throws: ``KeeperError/Code/usage``, ``KeeperError/Code/exists``, ``VaultError/Code/missing`` for the folder.
    package init(_ path: String, replacing: Bool, sparing location: VaultLocation) throws {
        guard !path.isEmpty, !path.hasSuffix("/") else { throw KeeperError(.usage, "name a file to write") }
        self.path = path
        isReplacing = replacing
        let folder = FilePathText.folder(of: path)
        guard FileCondition(folder, followsLinks: true)?.isFolder == true else {
            throw VaultError(.missing, "there is no folder \(folder)")
        }
        try spare(location)
        if let found = FileCondition(path) {
            guard replacing else {
                throw KeeperError(.exists, "there is a file \(path) already; name another, or replace it with --force")
            }
            guard found.isFile else { throw KeeperError(.usage, "\(path) is not a file") }
            guard !IdentityText.isLikely(in: path) else {
                throw KeeperError(.usage, "\(path) holds an identity; name another file")
            }
        }
        try refuseLogs()
    }

    /// An unfinished file's name, in the same folder.
    var unfinished: String { "\(path).\(EntryID.random()).tmp" }

    /// Gives a finished file its name.
    ///
    /// - Throws: ``VaultError/Code/busy`` if a program has the file open that would be replaced.
    func put(_ finished: String) throws {
        try name { () throws in try AtomicFile.put(finished, at: path, replacing: isReplacing) }
    }

    private func name(_ put: () throws -> Void) throws {
        let claim = try claim()
        defer { claim?.release() }
        if isReplacing {
            for suffix in FilesBeside.logs { unlink(path + suffix) }
        }
        try refuseLogs(hint: "")
        try put()
    }

    /// Writes a text that is no secret; only the file's owner may read it all the same.
    ///
    /// - Throws: ``VaultError`` of the disk, and as ``put(_:)``.
    package func write(_ text: String) throws { try write(Secret(text)) }

    /// Writes a text with secrets in it, which only the file's owner may read; see ``UnnamedFile`` for what a kill leaves.
    ///
    /// - Throws: ``VaultError`` of the disk, and as ``put(_:)``.
    package func write(_ text: Secret) throws {
        try text.withExposedBytes { bytes in
            let file = try UnnamedFile(for: path, bytes)
            try name { () throws in try file.put(replacing: isReplacing) }
        }
    }

    /// Keeps everybody out of a file that is or was opened as a vault.
    private func claim() throws -> StoreClaim? {
        guard isReplacing, AtomicFile.exists(path + "-lock") else { return nil }
        do { return try SQLiteStore.claim(path) } catch let error as VaultError where error.code == .busy {
            throw VaultError(.busy, "another process has \(path) open; end it and try again")
        }
    }

    /// SQLite would read the log of an earlier file into the new one.
    private func refuseLogs(hint: String = ", or give --force") throws {
        guard !isReplacing || hint.isEmpty else { return }
        for suffix in FilesBeside.logs where AtomicFile.exists(path + suffix) {
            throw KeeperError(
                .exists,
                "\(path)\(suffix) is left of an earlier file and would be taken for a part of the new one; remove it\(hint)"
            )
        }
    }

    private func spare(_ location: VaultLocation) throws {
        let own = Self.resolved(path)
        let vaults = location.filePrefix.map { [$0, Self.resolvedFile($0)] } ?? []
        for vault in Set(vaults) {
            if own == Self.resolved(vault) || FileCopy.isSame(path, vault) {
                throw KeeperError(.usage, "\(path) is the vault itself; name another file")
            }
            let beside = FilesBeside.suffixes.map { vault + $0 }
            if beside.contains(where: { own == Self.resolved($0) || FileCopy.isSame(path, $0) })
                || own.hasPrefix(Self.resolved(vault + FilesBeside.spill) + "/")
            {
                let named = location.filePath ?? vault
                throw KeeperError(.usage, "\(path) belongs to the vault \(named); name another file")
            }
        }
        if let identity = location.identityPath, own == Self.resolved(identity) || FileCopy.isSame(path, identity) {
            throw KeeperError(.usage, "\(path) is the identity in use; name another file")
        }
    }

    /// The name in its folder, however the folder was named; the file need not be there.
    private static func resolved(_ path: String) -> String {
        "\(resolvedFile(FilePathText.folder(of: path)))/\(FilePathText.name(of: path))"
    }

    private static func resolvedFile(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
