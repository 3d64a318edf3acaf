// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation

/// A vault in a file of its own folder.
struct VaultFile {
    static let now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_790_000_000) }

    let folder: TemporaryFolder
    let text: IdentityText
    var path: String { folder.file("vault.db") }

    /// Makes a vault as `coffer init` does: written, sealed, closed.
    init(entries: Int = 0) async throws {
        folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let owner = try Identity.generate()
        text = IdentityText(identity: owner, pin: try await Vault.create(in: store, owner: owner, now: Self.now))
        let vault = try await Vault.unlock(store, with: text, now: Self.now)
        for index in 0..<entries { _ = try await vault.commit(WriteBatch(.put, drafts: [try Self.draft(index)])) }
        try store.seal()
    }

    /// Another process's view of the vault.
    func unlock(busyWait: Double = 5) async throws -> Vault {
        try await Vault.unlock(SQLiteStore.open(path, busyWait: busyWait), with: text, now: Self.now)
    }

    static func draft(_ index: Int, byteCount: Int = 40) throws -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: String(repeating: "v", count: byteCount))
        var issue = FieldTable()
        issue.set(16, text: "refresh \(index)")
        return EntryDraft(
            try CredentialPath("main/entry-\(index)"), kind: .connection, use: use, issue: issue,
            dueAt: now() + Double(index), state: "active",
            traced: [TracedSecret(Secret("refresh \(index)"), tier: .issue, field: 16)])
    }

    /// The file's bytes.
    func bytes() throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}
