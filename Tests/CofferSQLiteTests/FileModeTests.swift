// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct FileModeTests {
    /// In a process of its own, as the umask belongs to all tests of this one.
    @Test func `every file is 0600 and every folder 0700 even under a umask of 0`() async {
        await #expect(processExitsWith: .success) { try await Self.expectModesUnderNoUmask() }
    }

    private static func expectModesUnderNoUmask() async throws {
        umask(0)
        let folder = try TemporaryFolder()
        try AtomicFile.makeFolder(folder.file("data/coffer"))
        let path = folder.file("data/coffer/vault.db")
        let store = try SQLiteStore.create(path)
        let owner = try Identity.generate()
        _ = try await Vault.create(in: store, owner: owner, now: VaultFile.now)
        let lock = try store.tryLock(.random())
        try store.spill.ensureReserve()
        let id = EntryID.random()
        try store.spill.keep([1, 2, 3], for: id, version: 4)
        let files = [
            "vault.db", "vault.db-wal", "vault.db-shm", "vault.db-lock", "vault.db-change", "vault.db-reserve",
            "vault.db-spill/\(id)-4",
        ]
        for name in files { #expect(try folder.mode("data/coffer/\(name)") == 0o600, "\(name)") }
        for name in ["data", "data/coffer", "data/coffer/vault.db-spill"] { #expect(try folder.mode(name) == 0o700) }
        lock?.release()
    }

    @Test func `a lock file that others could open is closed to them`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        _ = try folder.write("", to: "vault.db-lock", mode: 0o666)
        _ = try store.tryLock(.random())
        #expect(try folder.mode("vault.db-lock") == 0o600)
    }

    @Test func `a store is not made over a file or link that is there`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("kept", to: "vault.db")
        #expect(throws: VaultError.self) { _ = try SQLiteStore.create(path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "kept")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"), withDestinationPath: folder.file("none.db"))
        #expect(throws: VaultError.self) { _ = try SQLiteStore.create(folder.file("link.db")) }
        #expect(!FileManager.default.fileExists(atPath: folder.file("none.db")))
    }
}
