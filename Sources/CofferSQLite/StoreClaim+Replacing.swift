// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension StoreClaim {
    /// Puts a finished file in the vault's place; what was there is kept under another name.
    ///
    /// At each moment the vault's name leads to the old file or to the new one, whole and synced, and never to one beside
    /// the other's log: SQLite would take an old log for the new file's.
    ///
    /// - Parameters:
    ///   - finished: The new file, closed, without a log; in the same folder.
    ///   - kept: The name for the old one.
    /// - Throws: ``VaultError/Code/exists`` if `kept` is taken; the vault is then as before.
    package func replace(with finished: String, keeping kept: String) throws {
        if AtomicFile.exists(path) {
            guard link(path, kept) == 0 else {
                if errno == EEXIST { throw VaultError(.exists, "there is a file \(kept) already") }
                throw SystemFailure.error(errno, "keep", path)
            }
            // A log that could not be moved into a damaged file stays with it.
            if AtomicFile.exists(path + "-wal"), rename(path + "-wal", kept + "-wal") != 0 {
                let failure = errno
                unlink(kept)
                throw SystemFailure.error(failure, "keep", path + "-wal")
            }
        }
        unlink(path + "-shm")
        do {
            try AtomicFile.syncFolder(of: path)
            try AtomicFile.put(finished, at: path, replacing: true)
        } catch {
            if AtomicFile.exists(kept + "-wal") { rename(kept + "-wal", path + "-wal") }
            unlink(kept)
            throw error
        }
    }
}
