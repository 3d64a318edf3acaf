// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct EntryLockTests {
    /// Takes the byte that the document names for an id and holds it until it is killed.
    private static let holder = """
        import fcntl, os, struct, sys
        number = os.open(sys.argv[1], os.O_RDWR)
        place = int(sys.argv[2][:16], 16) >> 2
        # struct flock: l_type, l_whence, l_start, l_len, l_pid
        fcntl.fcntl(number, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, place, 1, 0))
        print("held", flush=True)
        sys.stdin.read()
        """

    @Test func `a lock is exclusive between descriptors of one process`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let other = try SQLiteStore.open(folder.file("vault.db"))
        let id = EntryID.random()
        let lock = try #require(try store.tryLock(id))
        #expect(try store.tryLock(id) == nil)
        #expect(try other.tryLock(id) == nil)
        // Closing other descriptors of the file, as POSIX locks would not survive.
        #expect(try other.tryLock(.random()) != nil)
        #expect(try store.tryLock(id) == nil)
        lock.release()
        #expect(try other.tryLock(id) != nil)
    }

    @Test func `a lock that nobody refers to any more is free`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let id = EntryID.random()
        _ = try store.tryLock(id)
        #expect(try store.tryLock(id) != nil)
    }

    #if os(Linux)
    @Test func `a lock ends at once with the death of its holder`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let id = EntryID.random()
        _ = try store.tryLock(.random())  // makes the file
        let child = try Child(Self.holder, folder.file("vault.db-lock"), id.description)
        #expect(try child.line() == "held")
        #expect(try store.tryLock(id) == nil)
        #expect(try store.tryLock(.random()) != nil)
        child.killAtOnce()
        #expect(try store.tryLock(id) != nil)
    }
    #endif

    @Test func `a vault named by a link has the locks of the vault`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"), withDestinationPath: folder.file("vault.db"))
        let linked = try SQLiteStore.open(folder.file("link.db"))
        let id = EntryID.random()
        let lock = try store.tryLock(id)
        #expect(lock != nil)
        #expect(try linked.tryLock(id) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.file("link.db-lock")))
        lock?.release()
    }

    @Test func `a link in the place of the lock file is refused`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let target = try folder.write("kept", to: "target", mode: 0o644)
        try FileManager.default.removeItem(atPath: folder.file("vault.db-lock"))
        try FileManager.default.createSymbolicLink(atPath: folder.file("vault.db-lock"), withDestinationPath: target)
        #expect(throws: VaultError(.unsafePermissions, "")) { _ = try store.tryLock(.random()) }
        #expect(throws: VaultError(.unsafePermissions, "")) { _ = try SQLiteStore.open(folder.file("vault.db")) }
        #expect(try folder.mode("target") == 0o644)
    }
}
