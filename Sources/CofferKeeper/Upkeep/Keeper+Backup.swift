// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Keeper {
    /// Copies the vault, as it is and sealed as it is, while others go on working with it.
    ///
    /// - Parameters:
    ///   - target: The new file.
    ///   - progress: Told pages copied and pages there are.
    /// - Returns: what it is and who can open it.
    /// - Throws: ``VaultError`` of the disk.
    package func backup(
        to target: TargetFile, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> BackupSummary {
        let path = target.path
        let members = try await vault.members()
        // Before the copy, so that it is in the copy: what was restored says when it was made.
        try await record(.backup, [], "to \(FilePathText.name(of: path))")
        let madeAt = effects.now()
        let unfinished = target.unfinished
        defer { unlink(unfinished) }
        do { try await vault.copy(to: unfinished) { progress($0.pagesDone, $0.pageCount) } } catch let error
            as VaultError
        {
            throw error.naming(path, for: unfinished)
        }
        try target.put(unfinished)
        return BackupSummary(
            path: path, vault: vault.id.description, madeAt: madeAt, byteCount: FileCondition(path)?.byteCount ?? 0,
            readers: members.map { member in
                BackupSummary.Reader(
                    name: member.name, fingerprint: member.identity.fingerprint,
                    roles: member.grants.map { "\($0.role.name) of \($0.space)" })
            })
    }
}
