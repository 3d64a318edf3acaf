// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct RollbackJournalTests {
    /// A journal that SQLite takes for hot, made by a process that was killed while it wrote; the vault is as before.
    private static func plantHotJournal(beside file: VaultFile, _ folder: TemporaryFolder) throws {
        let copy = folder.file("copy.db")
        try Data(file.bytes()).write(to: URL(fileURLWithPath: copy))
        let child = try Child(
            """
            import os, signal, sqlite3, sys
            c = sqlite3.connect(sys.argv[1], isolation_level=None)
            c.execute('pragma journal_mode = delete'); c.execute('pragma cache_size = 1')
            c.execute('begin immediate'); c.execute('delete from manifest'); c.execute('pragma user_version = 1')
            c.execute('create table filler as with recursive n(x) as (select 1 union all select x + 1 from n where x < 9000) '
                      'select randomblob(400) from n')
            os.kill(os.getpid(), signal.SIGKILL)
            """, copy)
        _ = child.finish()
        try FileManager.default.moveItem(atPath: copy + "-journal", toPath: file.path + "-journal")
    }

    @Test func `a journal of an older state undoes nothing: the vault beside it is refused and left as it was`()
        async throws
    {
        let file = try await VaultFile()
        let folder = try TemporaryFolder()
        try Self.plantHotJournal(beside: file, folder)
        let journal = try Data(contentsOf: URL(fileURLWithPath: file.path + "-journal"))
        // The magic number of a journal whose header was synced: https://sqlite.org/fileformat.html#the_rollback_journal.
        #expect(journal.prefix(4) == Data([0xD9, 0xD5, 0x05, 0xF9]))
        let before = try file.bytes()
        #expect(throws: VaultError(.damaged, "")) { _ = try SQLiteStore.open(file.path) }
        #expect(try file.bytes() == before)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path + "-journal")) == journal)
    }

    @Test func `an empty journal says nothing, and the vault opens`() async throws {
        let file = try await VaultFile()
        try Data().write(to: URL(fileURLWithPath: file.path + "-journal"))
        _ = try SQLiteStore.open(file.path)
    }
}
