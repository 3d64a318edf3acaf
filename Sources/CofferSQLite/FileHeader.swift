// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import GRDB

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Judges a file before anything in it is believed or changed.
///
/// The header is read through SQLite, not with a descriptor of ours. Closing any descriptor of the file drops
/// the POSIX locks that this process holds on it; another process would then take itself for the last user and
/// delete the write-ahead log under us. See https://sqlite.org/howtocorrupt.html, section 2.2.
enum FileHeader {
    /// The path without symbolic links, so that every process names the same lock file.
    ///
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/foreign`` for what is not a regular file.
    static func resolve(_ path: String) throws(VaultError) -> String {
        guard let resolved = realpath(path, nil) else {
            guard errno == ENOENT || errno == ENOTDIR else { throw SystemFailure.error(errno, "open", path) }
            throw VaultError(.missing, "there is no vault at \(path); make one with: coffer init")
        }
        defer { free(resolved) }
        var status = stat()
        guard stat(resolved, &status) == 0 else { throw SystemFailure.error(errno, "open", path) }
        // A named pipe would hold whoever opens it.
        guard status.st_mode & S_IFMT == S_IFREG else { throw VaultError(.foreign, "\(path) is not a file") }
        return String(cString: resolved)
    }

    /// Refuses a file beside which a rollback journal lies.
    ///
    /// A vault keeps a write-ahead log, so that nobody of ours makes one. SQLite takes one that is "hot" for what a power
    /// cut has left, and puts the pages in it back before it reads anything, in any journal mode:
    /// https://sqlite.org/lockingv3.html#rollback. An old one that somebody has put there would undo the last writes.
    ///
    /// - Throws: ``VaultError/Code/damaged``.
    static func refuseJournal(_ path: String) throws(VaultError) {
        let journal = path + "-journal"
        var status = stat()
        guard lstat(journal, &status) == 0 else {
            if errno == ENOENT { return }
            throw SystemFailure.error(errno, "open", journal)
        }
        if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 { return }
        throw VaultError(
            .damaged, "\(journal) is no file of Coffer's, and would undo what was written to the vault last",
            hint: "keep a copy of it and of the vault, move it away, and run: coffer verify")
    }

    /// Compares the application id and the format; only reads.
    static func check(_ database: Database, _ path: String) throws {
        guard try database.integer("PRAGMA application_id") == SQLiteStore.applicationID else {
            throw VaultError(.foreign, "\(path) is not a Coffer vault")
        }
        let version = try database.integer("PRAGMA user_version")
        guard version <= SQLiteStore.formatVersion else {
            throw VaultError(
                .newerFormat,
                "the vault \(path) has format \(version) and this program knows \(SQLiteStore.formatVersion); update Coffer"
            )
        }
        guard version == SQLiteStore.formatVersion else { throw VaultError.damaged }
    }
}
