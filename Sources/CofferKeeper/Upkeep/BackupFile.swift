// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// A backup, as a person named it: only read, and worked on in a private copy.
struct BackupFile: Sendable {
    /// The file.
    let path: String

    /// Names it.
    ///
    /// - Throws: ``VaultError/Code/missing``.
    init(_ path: String) throws {
        guard AtomicFile.exists(path) else { throw VaultError(.missing, "there is no backup at \(path)") }
        self.path = path
    }

    /// Copies it, and a log beside it.
    ///
    /// - Throws: ``VaultError/Code/damaged`` for one that was copied in the middle of a write.
    func copy(to target: String) throws {
        try naming(target) {
            try FileCopy.make(path, at: target)
            // A backup of ours has no log; a file that was copied in another way may have its last commits there.
            if let log = FileCondition(path + "-wal"), log.byteCount > 0 {
                try FileCopy.make(path + "-wal", at: target + "-wal")
            }
            if let journal = FileCondition(path + "-journal"), journal.byteCount > 0 {
                throw VaultError(
                    .damaged, "beside the backup \(path) lies a journal of an unfinished write; take another backup")
            }
        }
    }

    /// Speaks of the backup where the work on its copy failed.
    func naming<Result>(_ copy: String, _ work: () throws -> Result) throws -> Result {
        do { return try work() } catch let error as VaultError { throw named(error, copy) }
    }

    /// Speaks of the backup where the work on its copy failed.
    func naming<Result>(_ copy: String, _ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as VaultError { throw named(error, copy) }
    }

    private func named(_ error: VaultError, _ copy: String) -> VaultError {
        let isOfCopy = error.message.contains(copy)
        switch error.code {
        case .damaged where isOfCopy || error.message == VaultError.damaged.message:
            return VaultError(.damaged, "the backup \(path) is damaged; take another")
        case .foreign where isOfCopy:
            return VaultError(.foreign, "\(path) is not a Coffer vault, and so no backup of one")
        default: return error.naming(path, for: copy)
        }
    }
}

extension VaultError {
    /// What to do about a bundle that is damaged: there is no backup of it, and none is needed.
    func ofBundle(_ path: String) -> VaultError {
        VaultError(
            .damaged, "the bundle \(path) is damaged or was changed by another program; have another made", hint: hint)
    }
}
