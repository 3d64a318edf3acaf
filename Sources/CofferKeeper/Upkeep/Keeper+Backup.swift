// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

extension Keeper {
    /// Copies the vault, as it is and sealed as it is, while others go on working with it.
    ///
    /// - Parameters:
    ///   - vaultPath: The vault's own file, which the copy can't be.
    ///   - path: The new file; its folder must exist.
    ///   - replacing: Whether a file that is there may be replaced, once the copy is whole.
    ///   - progress: Told pages copied and pages there are.
    /// - Returns: what it is and who can open it.
    /// - Throws: ``KeeperError/Code/exists``, ``KeeperError/Code/usage``; ``VaultError`` of the disk.
    package func backup(
        of vaultPath: String, to path: String, replacing: Bool, progress: @escaping @Sendable (Int, Int) -> Void
    ) async throws -> BackupSummary {
        guard !path.isEmpty, !path.hasSuffix("/") else { throw KeeperError(.usage, "name a file for the backup") }
        guard !FileCopy.isSame(path, vaultPath) else {
            throw KeeperError(.usage, "\(path) is the vault itself; name another file")
        }
        if AtomicFile.exists(path) {
            guard replacing else {
                throw KeeperError(.exists, "there is a file \(path) already; replace it with --force")
            }
            guard FileCondition(path)?.isFile == true else { throw KeeperError(.usage, "\(path) is not a file") }
        }
        let members = try await vault.members()
        // Before the copy, so that it is in the copy: what was restored says when it was made.
        try await record(.backup, [], "to \(FilePathText.name(of: path))")
        let madeAt = effects.now()
        let finished = replacing ? "\(path).\(EntryID.random()).new" : path
        try await vault.copy(to: finished) { progress($0.pagesDone, $0.pageCount) }
        if replacing { try AtomicFile.put(finished, at: path, replacing: true) }
        return BackupSummary(
            path: path, vault: vault.id.description, madeAt: madeAt, byteCount: FileCondition(path)?.byteCount ?? 0,
            readers: members.map { member in
                BackupSummary.Reader(
                    name: member.name, fingerprint: member.identity.fingerprint,
                    roles: member.grants.map { "\($0.role.name) of \($0.space)" })
            })
    }
}
