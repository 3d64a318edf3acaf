// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

@Suite struct PresenceTests {
    /// Holds the byte that says "in use", shared as an open store does or alone as a restore does.
    private static let holder = """
        import fcntl, os, struct, sys
        number = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
        kind = fcntl.F_RDLCK if sys.argv[2] == "shared" else fcntl.F_WRLCK
        # struct flock: l_type, l_whence, l_start, l_len, l_pid
        fcntl.fcntl(number, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", kind, 0, 1 << 62, 1, 0))
        print("held", flush=True)
        sys.stdin.read()
        """

    @Test func `a vault that is open is not claimed, and one that is claimed is not opened`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        do {
            let store = try SQLiteStore.create(path)
            #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.claim(path) }
            withExtendedLifetime(store) {}
        }
        do {
            let store = try SQLiteStore.open(path)
            let second = try SQLiteStore.open(path)
            #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.claim(path) }
            withExtendedLifetime((store, second)) {}
        }
        let claim = try SQLiteStore.claim(path)
        #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.open(path) }
        #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.claim(path) }
        // Whoever claimed it works on it.
        let own = try SQLiteStore.open(path, under: claim)
        withExtendedLifetime(own) {}
        claim.release()
        claim.release()
        _ = try SQLiteStore.open(path)
    }

    #if os(Linux)
    @Test func `another process that has the vault open keeps a claim off until it dies`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        let child = try Child(Self.holder, path + "-lock", "shared")
        #expect(try child.line() == "held")
        // Others go on opening it.
        do { _ = try SQLiteStore.open(path) }
        #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.claim(path) }
        child.killAtOnce()
        _ = try SQLiteStore.claim(path)
    }

    @Test func `nobody opens a vault that another process is replacing, until that dies`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        let child = try Child(Self.holder, path + "-lock", "alone")
        #expect(try child.line() == "held")
        #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.open(path) }
        child.killAtOnce()
        _ = try SQLiteStore.open(path)
    }
    #endif

    @Test func `a place without a vault can be claimed, and the locks of entries do not touch it`() throws {
        let folder = try TemporaryFolder()
        let claim = try SQLiteStore.claim(folder.file("vault.db"))
        #expect(claim.path.hasSuffix("/vault.db"))
        #expect(throws: VaultError(.missing, "")) { _ = try SQLiteStore.open(folder.file("vault.db")) }
        #expect(throws: VaultError(.missing, "")) { _ = try SQLiteStore.claim(folder.file("none/vault.db")) }
        claim.release()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        // The last byte of all entries': next to the one that says "in use".
        let last = try EntryID([UInt8](repeating: 0xFF, count: 16))
        let lock = try store.tryLock(last)
        #expect(lock != nil)
        _ = try SQLiteStore.open(folder.file("vault.db"))
        lock?.release()
    }

    @Test func `a link names the vault it leads to`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"), withDestinationPath: folder.file("vault.db"))
        #expect(throws: VaultError(.busy, "")) { _ = try SQLiteStore.claim(folder.file("link.db")) }
        withExtendedLifetime(store) {}
    }
}
