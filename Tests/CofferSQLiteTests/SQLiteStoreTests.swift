// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@Suite struct SQLiteStoreTests {
    @Test func `what one process writes another reads`() async throws {
        let file = try await VaultFile(entries: 2)
        let one = try await file.unlock()
        let two = try await file.unlock()
        _ = try await one.commit(WriteBatch(.put, drafts: [try VaultFile.draft(7)]))
        #expect(try await two.inspectAll().map(\.path.description) == ["main/entry-0", "main/entry-1", "main/entry-7"])
        #expect(try await two.ownAudit().count == 4)
    }

    @Test func `a writer that holds the vault too long makes others busy, and then does not`() async throws {
        let file = try await VaultFile()
        let holder = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("begin immediate")
            print("held", flush=True)
            sys.stdin.readline()
            """, file.path)
        #expect(try holder.line() == "held")
        let vault = try await file.unlock(busyWait: 0.02)
        let draft = try VaultFile.draft(0)
        await #expect(throws: VaultError(.busy, "")) { _ = try await vault.commit(WriteBatch(.put, drafts: [draft])) }
        // Reading needs no lock of the writer.
        #expect(try await vault.inspectAll().isEmpty)
        #expect(try await vault.ownAudit().count == 1)
        _ = holder.finish()
        _ = try await vault.commit(WriteBatch(.put, drafts: [draft]))
        #expect(try await vault.ownAudit().count == 2)
    }

    @Test func `a full disk is said, and nothing is changed`() async throws {
        let file = try await VaultFile(entries: 1)
        let store = try SQLiteStore.open(file.path)
        let vault = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
        let before = try #require(try await vault.inspectAll().first)
        try store.limitSize(toPages: store.pageCount())
        var draft = try EntryDraft(replacing: before)
        draft.use.set(16, text: String(repeating: "x", count: 100_000))
        let large = draft
        await #expect(throws: VaultError(.diskFull, "")) {
            _ = try await vault.commit(WriteBatch(.put, drafts: [large]))
        }
        #expect(try await vault.inspectAll().map(\.version) == [1])
        #expect(try await vault.inspect(before.path)?.use == before.use)
        #expect(try await vault.ownAudit().count == 2)
        try store.limitSize(toPages: 1_000_000)
        _ = try await vault.commit(WriteBatch(.put, drafts: [large]))
        #expect(try await vault.inspectAll().map(\.version) == [2])
    }

    @Test func `a write whose caller is cancelled in the middle runs to its end`() async throws {
        let file = try await VaultFile()
        let store = try SQLiteStore.open(file.path)
        let caller = Mutex<Task<Void, any Error>?>(nil)
        let (started, start) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            for await _ in started { break }
            try await store.write(.synced) { transaction in
                try transaction.insertManifest([2], epoch: 2)
                caller.withLock { $0?.cancel() }
                try transaction.insertManifest([3], epoch: 3)
            }
        }
        caller.withLock { $0 = task }
        start.yield()
        try await task.value
        #expect(task.isCancelled)
        #expect(try await store.read { try $0.manifests(from: 2) } == [[2], [3]])
    }

    @Test func `opening the vault again in one process gives no lock of it away`() async throws {
        let file = try await VaultFile()
        let store = try SQLiteStore.open(file.path)
        let vault = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
        _ = try await vault.commit(WriteBatch(.put, drafts: [try VaultFile.draft(0)]))
        // A second handle comes and goes; then another process does. Were our lock lost with the second handle's
        // descriptors, the other process would take itself for the last user and remove the log.
        do { _ = try await file.unlock().inspectAll() }
        let visitor = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1])
            print(connection.execute("select count(*) from entry").fetchone()[0], flush=True)
            connection.close()
            """, file.path)
        #expect(try visitor.line() == "1")
        #expect(visitor.finish() == 0)
        #expect(FileManager.default.fileExists(atPath: file.path + "-wal"))
        _ = try await vault.commit(WriteBatch(.put, drafts: [try VaultFile.draft(1)]))
        #expect(try await file.unlock().inspectAll().count == 2)
    }

    @Test func `making a vault leaves its lock in place`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let owner = try Identity.generate()
        _ = try await Vault.create(in: store, owner: owner, now: VaultFile.now)
        let visitor = try Child(
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('select * from entry').fetchall(); c.close()",
            folder.file("vault.db"))
        #expect(visitor.finish() == 0)
        #expect(FileManager.default.fileExists(atPath: folder.file("vault.db-wal")))
    }

    @Test func `a sealed vault is one file`() async throws {
        let file = try await VaultFile(entries: 3)
        let names = try FileManager.default.contentsOfDirectory(atPath: file.folder.path)
        #expect(names == ["vault.db"])
    }

    @Test func `a process killed after a flushed write leaves the event`() async throws {
        let file = try await VaultFile()
        let vault = try await file.unlock()
        try await vault.record(AuditRecord(at: VaultFile.now(), action: .list, paths: []))
        // What a killed process leaves is the file and its log as they are now.
        let copy = try TemporaryFolder()
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: file.path + suffix, toPath: copy.file("vault.db" + suffix))
        }
        let after = try await Vault.unlock(SQLiteStore.open(copy.file("vault.db")), with: file.text, now: VaultFile.now)
        #expect(try await after.ownAudit().map(\.action) == [.initialise, .list])
    }
}
