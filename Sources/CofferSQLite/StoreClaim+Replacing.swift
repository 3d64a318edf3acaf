// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension StoreClaim {
    /// What of a vault that is replaced lies in files beside it, and may hold what no other file does.
    private static let keptLogs = ["-wal", "-journal"]

    /// What lies under the vault's name and will be kept: the file itself (an empty suffix), and logs that are not empty.
    package var remains: [String] {
        ([""] + Self.keptLogs).filter { suffix in
            guard let found = FileCondition(path + suffix) else { return false }
            return suffix.isEmpty || found.byteCount > 0
        }
    }

    /// Puts a finished file in the vault's place; what was there is kept under another name.
    ///
    /// At each moment the vault's name leads to the old file or to the new one, whole and synced, and never to one beside
    /// the other's log: SQLite would take an old log for the new file's, also one whose own file is gone.
    ///
    /// - Parameters:
    ///   - finished: The new file, closed, without a log; in the same folder.
    ///   - kept: The name for the old one; its logs get theirs behind it.
    /// - Throws: ``VaultError/Code/exists`` if `kept` is taken; the vault is then as before.
    package func replace(with finished: String, keeping kept: String) throws {
        let isThere = AtomicFile.exists(path)
        if isThere, link(path, kept) != 0 {
            if errno == EEXIST { throw VaultError(.exists, "there is a file \(kept) already") }
            throw SystemFailure.error(errno, "keep", path)
        }
        var moved: [String] = []
        do {
            // A log that could not be moved into a damaged file stays with it.
            for suffix in Self.keptLogs where AtomicFile.exists(path + suffix) {
                guard !AtomicFile.exists(kept + suffix) else {
                    throw VaultError(.exists, "there is a file \(kept)\(suffix) already")
                }
                guard rename(path + suffix, kept + suffix) == 0 else {
                    throw SystemFailure.error(errno, "keep", path + suffix)
                }
                moved.append(suffix)
            }
            unlink(path + "-shm")
            try AtomicFile.syncFolder(of: path)
            try AtomicFile.put(finished, at: path, replacing: true)
        } catch {
            for suffix in moved { rename(kept + suffix, path + suffix) }
            if isThere { unlink(kept) }
            throw error
        }
        for suffix in moved where FileCondition(kept + suffix)?.byteCount == 0 { unlink(kept + suffix) }
    }
}
