// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
package import CofferVault
import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Keeper {
    /// Checks everything that a backup holds: in a private copy, so that nothing is written into it or beside it, and neither an
    /// event nor this machine's record of what it saw tells of it.
    ///
    /// - Parameters:
    ///   - backup: The backup's file.
    ///   - location: The vault that it is of, and the identity that opens it.
    ///   - folder: Where the copy may lie meanwhile.
    ///   - effects: The clock and where warnings go.
    ///   - progress: Hears how far it is.
    /// - Returns: what was found.
    /// - Throws: ``KeeperError/Code/usage`` for the vault itself, and whatever keeps the copy from being read at all.
    package static func verify(
        backup: String, of location: VaultLocation, copyingInto folder: String, effects: KeeperEffects,
        progress: @escaping @Sendable (VerifyProgress) -> Void = { _ in }
    ) async throws -> VerifyReport {
        let file = try BackupFile(backup)
        guard !FileCopy.isSame(backup, location.vaultPath) else {
            throw KeeperError(.usage, "\(backup) is the vault itself; check it without --backup")
        }
        let text = try await location.identity.read(effects.log)
        let place = "\(FilePathText.absolute(folder))/coffer-verify-\(EntryID.random())"
        guard mkdir(place, 0o700) == 0 else { throw SystemFailure.error(errno, "make", place) }
        let copy = place + "/copy"
        defer {
            for suffix in [""] + FilesBeside.suffixes {
                unlink(copy + suffix)
                rmdir(copy + suffix)
            }
            rmdir(place)
        }
        try file.copy(to: copy)
        return try await file.naming(copy) {
            let store = try SQLiteStore.open(copy)
            let vault = try await Vault.unlock(store, with: text, trusting: location.pin, now: effects.now)
            return try await vault.verify(index: expectedIndex, progress: progress)
        }
    }
}
