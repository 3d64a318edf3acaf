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

/// What an intent names is anybody's word who may write the vault.
@Suite struct `A spill folder that an intent names` {
    private let id = EntryID.random()

    /// Another vault's spill folder with one answer in it; its path is free of links, as a store writes it.
    private func named(in folder: TemporaryFolder) throws -> String {
        try FileManager.default.createDirectory(
            atPath: folder.file("before"), withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        let store = try SQLiteStore.create(folder.file("before/vault.db"))
        try store.spill.keep([5], for: id, version: 5)
        return try #require(store.spill.place)
    }

    private func spill(in folder: TemporaryFolder) throws -> any SpillStore {
        try SQLiteStore.create(folder.file("vault.db")).spill
    }

    @Test func `is looked into for the very version`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        #expect(try spill.kept(for: id).isEmpty)
        #expect(try spill.kept(for: id, version: 5, in: place) == [5])
        #expect(try spill.kept(for: id, version: 6, in: place) == nil)
        #expect(try spill.kept(for: .random(), version: 5, in: place) == nil)
    }

    @Test func `may be gone`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        try FileManager.default.removeItem(atPath: place)
        #expect(try spill.kept(for: id, version: 5, in: place) == nil)
    }

    @Test(arguments: ["", "before/vault.db-spill", "/etc", "/tmp/a\nb-spill", "/tmp/\u{202E}a-spill"])
    func `is none if its name is none that Coffer writes`(_ place: String) throws {
        let folder = try TemporaryFolder()
        let spill = try spill(in: folder)
        #expect(try spill.kept(for: id, version: 5, in: place) == nil)
    }

    @Test func `that is the vault's own, behind a link, was looked into already`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        let own = try #require(spill.place)
        try spill.keep([5], for: id, version: 5)
        let link = String(place.dropLast("before/vault.db-spill".count)) + "link-spill"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: own)
        #expect(try spill.kept(for: id, version: 5, in: link) == nil)
    }

    /// Nobody knows what lies there: a system takes no name of 300 bytes; to root no folder is shut.
    @Test(arguments: geteuid() == 0 ? [true] : [true, false])
    func `is refused if the system lets nobody look`(_ isLong: Bool) throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        let (files, above) = (FileManager.default, folder.file("before"))
        if !isLong { try files.setAttributes([.posixPermissions: 0o000], ofItemAtPath: above) }
        defer { try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: above) }
        #expect(throws: VaultError(.unreadable, "")) {
            try spill.kept(for: id, version: 5, in: isLong ? "/\(String(repeating: "a", count: 300))-spill" : place)
        }
    }

    @Test func `is refused if others may enter it, or put another in its place`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        for (path, mode) in [(place, 0o755), (folder.file("before"), 0o777)] {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            #expect(throws: VaultError(.unsafePermissions, "")) { try spill.kept(for: id, version: 5, in: place) }
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        }
        #expect(try spill.kept(for: id, version: 5, in: place) == [5])
    }

    @Test func `is refused if it is a link, or behind one, or a file`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        let files = FileManager.default
        let root = String(place.dropLast("/before/vault.db-spill".count))
        try files.createSymbolicLink(atPath: "\(root)/link-spill", withDestinationPath: place)
        try files.createSymbolicLink(atPath: "\(root)/behind", withDestinationPath: "\(root)/before")
        _ = try folder.write("x", to: "file-spill")
        for other in ["link-spill", "behind/vault.db-spill", "file-spill"] {
            #expect(throws: VaultError(.unsafePermissions, "")) {
                try spill.kept(for: id, version: 5, in: "\(root)/\(other)")
            }
        }
    }

    @Test func `holds no file that is a link, or that others may read`() throws {
        let folder = try TemporaryFolder()
        let (place, spill) = (try named(in: folder), try spill(in: folder))
        let files = FileManager.default
        try files.createSymbolicLink(atPath: "\(place)/\(id)-6", withDestinationPath: "\(place)/\(id)-5")
        try files.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\(place)/\(id)-5")
        for version in [UInt64(5), 6] {
            #expect(throws: VaultError(.unsafePermissions, "")) {
                try spill.kept(for: id, version: version, in: place)
            }
        }
    }
}
