// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct SpillFolderTests {
    private static func store(in folder: TemporaryFolder) throws -> SQLiteStore {
        try SQLiteStore.create(folder.file("vault.db"))
    }

    @Test func `names that we would not write are passed over`() throws {
        let folder = try TemporaryFolder()
        let spill = try Self.store(in: folder).spill
        let id = EntryID.random()
        try spill.keep([5], for: id, version: 5)
        for name in ["\(id)-+6", "\(id)-06", "\(id)-7.abc.tmp", "\(id)", "\(id)-8-9", "stray"] {
            _ = try folder.write("x", to: "vault.db-spill/\(name)")
        }
        #expect(try spill.kept(for: id).map(\.version) == [5])
    }

    @Test func `a spilled file that others may read is refused`() throws {
        let folder = try TemporaryFolder()
        let spill = try Self.store(in: folder).spill
        let id = EntryID.random()
        try spill.keep([5], for: id, version: 5)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: folder.file("vault.db-spill/\(id)-5"))
        #expect(throws: VaultError(.unsafePermissions, "")) { try spill.kept(for: id) }
    }

    @Test func `the reserve holds 256 KiB of the disk`() throws {
        let folder = try TemporaryFolder()
        let spill = try Self.store(in: folder).spill
        try spill.ensureReserve()
        var status = stat()
        #expect(stat(folder.file("vault.db-reserve"), &status) == 0)
        #expect(status.st_size == 256 * 1024)
        #expect(status.st_blocks * 512 >= 256 * 1024)
        #expect(spill.releaseReserve())
        #expect(!FileManager.default.fileExists(atPath: folder.file("vault.db-reserve")))
    }
}
