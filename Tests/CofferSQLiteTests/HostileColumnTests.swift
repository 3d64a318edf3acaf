// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation
import Testing

/// Values that somebody who can write the file puts into a column with SQLite itself.
@Suite struct HostileColumnTests {
    /// Makes a copy of the database for each column and value, and prints the names of those that SQLite allowed.
    private static let forger = """
        import os, sqlite3, sys
        source, folder = sys.argv[1:]
        values = [-1, 0, 2**63 - 1, -2**63, 4294967296, b"", bytes(31), bytes(16), bytes(32), bytes(70000), "text", None]
        plain = sqlite3.connect(source)
        tables = [row[0] for row in plain.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            # In a vault, nothing makes it a bundle.
            if table == "bundle": continue
            key = ", ".join(row[1] for row in plain.execute(f"pragma table_info({table})") if row[5])
            for column in [row[1] for row in plain.execute(f"pragma table_info({table})")]:
                for number, value in enumerate(values):
                    name = f"{table}-{column}-{number}"
                    copy = sqlite3.connect(os.path.join(folder, name))
                    # Nobody loses power here.
                    copy.execute("pragma synchronous = off")
                    plain.backup(copy)
                    try:
                        # One row only: the others must not suffer, and keys stay unique.
                        first = " and ".join(f"{c} is (select {c} from {table} order by {key} limit 1)"
                                             for c in [row[1] for row in plain.execute(f"pragma table_info({table})")])
                        changed = copy.execute(f"update {table} set {column} = ? where {first}", [value]).rowcount
                        assert changed == 1, name
                        copy.commit()
                        print(name, flush=True)
                    except (sqlite3.IntegrityError, OverflowError):
                        pass
                    copy.close()
        """

    @Test func `a hostile value in any column is damage or makes no difference`() async throws {
        let file = try await VaultFile(entries: 2)
        let space: SpaceID
        do {
            let vault = try await file.unlock()
            space = try #require(
                try await vault.known(Secret("refresh 0"), tier: .issue, at: CredentialPath("main/a"))?.spaceID)
            for index in UInt32(0)..<2 {
                try await vault.appendJournal(
                    [1, 2], to: Self.rotation, at: index, for: CredentialPath("main/app"), reason: "")
            }
        }
        do {
            let store = try SQLiteStore.open(file.path)
            let signer = file.text.identity.publicIdentity.signingKey
            try await store.write(.synced) { transaction in
                try transaction.leave(StoredWish(entry: Self.rotation, signer: signer, body: [1]))
                try transaction.keep(StoredPassphraseBox(signer: signer, body: [1]))
                try transaction.keepCollected([1], sequence: 1, of: Self.bundle)
            }
        }
        let copies = try TemporaryFolder()
        let forger = try Child(Self.forger, file.path, copies.path)
        var names: [String] = []
        while let name = try forger.line() { names.append(name) }
        #expect(forger.finish() == 0)
        // 9 tables with 41 columns: most of the 12 values fit the type of their column.
        #expect(names.count > 150)
        for name in names {
            do {
                try await Self.use(copies.file(name), of: file, space)
            } catch is VaultError {
                // Said so: that is what is asked for.
            } catch {
                Issue.record("\(name): \(type(of: error))")
            }
        }
    }

    private static let rotation = EntryID.random()
    private static let bundle = VaultID.random()

    /// Reads whatever there is and writes in every way; what is read must be what was written.
    private static func use(_ path: String, of file: VaultFile, _ space: SpaceID) async throws {
        let store = try SQLiteStore.open(path)
        let vault = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
        for entry in try await vault.inspectDue(by: VaultFile.now() + 60) + vault.inspectAll() {
            #expect(entry.use.text(16) == String(repeating: "v", count: 40))
            #expect(entry.issue?.text(16)?.hasPrefix("refresh ") == true)
            try await vault.confirmNewest(entry)
        }
        for index in 0..<2 {
            _ = try await vault.known(Secret("refresh \(index)"), tier: .issue, at: CredentialPath("main/a"))
        }
        for found in try await vault.journals() {
            #expect(try await vault.journal(of: found.id, in: found.space).allSatisfy { $0 == [1, 2] })
        }
        try await readEverything(store, of: space)
        _ = try await vault.ownAudit()
        _ = try await vault.commit(WriteBatch(.put, drafts: [try VaultFile.draft(9)]))
    }

    /// What the vault does not read of itself: pages, wishes, passphrase boxes.
    private static func readEverything(_ store: SQLiteStore, of space: SpaceID) async throws {
        try await store.read { reader in
            _ = try reader.wishes(limit: 9)
            for signer in try reader.passphraseBoxSigners() { _ = try reader.passphraseBox(of: signer) }
            for bundle in try reader.collectedBundles() {
                _ = try reader.collectedEvents(of: bundle, from: 1, limit: 9)
            }
            _ = try reader.rows(space: space, after: nil, limit: 9)
            _ = try reader.fingerprints(space: space, after: nil, limit: 9)
            _ = try reader.journalRows(space: space, olderThan: .max, limit: 9)
            _ = try reader.oldestGeneration(space: space)
        }
    }
}
