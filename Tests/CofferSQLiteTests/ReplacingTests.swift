// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

@Suite struct `Putting another file in a vault's place` {
    private static func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func folder() throws -> (TemporaryFolder, String, String, String) {
        let folder = try TemporaryFolder()
        let (vault, new, kept) = (folder.file("vault.db"), folder.file("new"), folder.file("kept"))
        for (path, text) in [(vault, "old"), (vault + "-wal", "old log"), (vault + "-shm", "index"), (new, "new")] {
            #expect(FileManager.default.createFile(atPath: path, contents: Data(text.utf8)))
        }
        return (folder, vault, new, kept)
    }

    @Test func `keeps the old one with its log, and leaves none beside the new one`() throws {
        let (folder, vault, new, kept) = try Self.folder()
        try SQLiteStore.claim(vault).replace(with: new, keeping: kept)
        #expect(Self.text(vault) == "new")
        #expect(Self.text(kept) == "old")
        #expect(Self.text(kept + "-wal") == "old log")
        for gone in [new, vault + "-wal", vault + "-shm"] { #expect(!FileManager.default.fileExists(atPath: gone)) }
        withExtendedLifetime(folder) {}
    }

    @Test func `changes nothing if the name for the old one is taken, or the new one is not there`() throws {
        let (folder, vault, new, kept) = try Self.folder()
        #expect(FileManager.default.createFile(atPath: kept, contents: Data("mine".utf8)))
        let claim = try SQLiteStore.claim(vault)
        #expect(throws: VaultError(.exists, "")) { try claim.replace(with: new, keeping: kept) }
        #expect(throws: VaultError(.missing, "")) { try claim.replace(with: new + "x", keeping: kept + "2") }
        #expect(Self.text(vault) == "old")
        #expect(Self.text(vault + "-wal") == "old log")
        #expect(Self.text(kept) == "mine")
        #expect(!FileManager.default.fileExists(atPath: kept + "2"))
        withExtendedLifetime(folder) {}
    }

    @Test func `keeps a log whose file is gone, and a journal`() throws {
        let (folder, vault, new, kept) = try Self.folder()
        try FileManager.default.removeItem(atPath: vault)
        #expect(FileManager.default.createFile(atPath: vault + "-journal", contents: Data("journal".utf8)))
        let claim = try SQLiteStore.claim(vault)
        #expect(claim.remains == ["-wal", "-journal"])
        try claim.replace(with: new, keeping: kept)
        #expect(Self.text(vault) == "new")
        #expect(Self.text(kept + "-wal") == "old log")
        #expect(Self.text(kept + "-journal") == "journal")
        for gone in [kept, vault + "-wal", vault + "-shm", vault + "-journal"] {
            #expect(!FileManager.default.fileExists(atPath: gone))
        }
        withExtendedLifetime(folder) {}
    }

    @Test func `works where there was no vault`() throws {
        let (folder, vault, new, kept) = try Self.folder()
        for suffix in ["", "-wal", "-shm"] { try FileManager.default.removeItem(atPath: vault + suffix) }
        try SQLiteStore.claim(vault).replace(with: new, keeping: kept)
        #expect(Self.text(vault) == "new")
        #expect(!FileManager.default.fileExists(atPath: kept))
        withExtendedLifetime(folder) {}
    }
}
