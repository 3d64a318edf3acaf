// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

/// The file `FILE-pace`, as other processes leave it and see it.
@Suite struct PaceFileTests {
    @Test func `is made when it is first asked for, private and with all its room`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("vault.db-pace")))
        let cells = try #require(try store.sharedCells())
        #expect(try folder.mode("vault.db-pace") == 0o600)
        #expect(cells.count == 8192)
        #expect((0..<cells.count).allSatisfy { cells.load($0) == 0 })
        #expect(cells.machineTime() > .zero)
    }

    @Test func `what one process exchanges another sees, also after a kill`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let cells = try #require(try store.sharedCells())
        let child = try Child(
            """
            import mmap, struct, sys
            with open(sys.argv[1], "r+b") as file: page = mmap.mmap(file.fileno(), 65536)
            struct.pack_into("=Q", page, 80, 12345)
            print("written", flush=True)
            sys.stdin.read()
            """, folder.file("vault.db-pace"))
        #expect(try child.line() == "written")
        child.killAtOnce()
        #expect(cells.load(10) == 12345)
        #expect(!cells.exchange(10, 1, 2))
        #expect(cells.exchange(10, 12345, 6))
        let other = try #require(try SQLiteStore.open(folder.file("vault.db")).sharedCells())
        #expect(other.load(10) == 6)
    }

    @Test func `the one that has the name is used, also when somebody took the old one away`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let old = try #require(try store.sharedCells())
        old.add(9, 5)
        try FileManager.default.removeItem(atPath: folder.file("vault.db-pace"))
        let other = try #require(try SQLiteStore.open(folder.file("vault.db")).sharedCells())
        other.add(9, 7)
        #expect(try store.sharedCells()?.load(9) == 7)
    }

    @Test(arguments: [0, 1, 4096, 65_535])
    func `one that was cut short is filled up`(_ length: UInt64) throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        do {
            let cells = try #require(try store.sharedCells())
            cells.add(0, 3)
        }
        let child = try Child(
            "import os, sys; os.truncate(sys.argv[1], int(sys.argv[2]))", folder.file("vault.db-pace"), "\(length)")
        #expect(child.finish() == 0)
        let cells = try #require(try store.sharedCells())
        #expect(cells.load(0) == (length == 0 ? 0 : 3))
        #expect(cells.load(8191) == 0)
    }

    @Test func `a link or a pipe in its place is refused, and the vault opens all the same`() throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteStore.create(folder.file("vault.db"))
        let target = try folder.write("kept", to: "target", mode: 0o644)
        let path = folder.file("vault.db-pace")
        for place in [
            { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target) },
            { #expect(mkfifo(path, 0o600) == 0) },
        ] as [() throws -> Void] {
            try? FileManager.default.removeItem(atPath: path)
            try place()
            let store = try SQLiteStore.open(folder.file("vault.db"))
            #expect(throws: VaultError.self) { _ = try store.sharedCells() }
        }
        #expect(try folder.mode("target") == 0o644)
    }

    @Test func `there is none where nothing can be written`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        try store.seal()
        let readOnly = try SQLiteStore(
            path: folder.file("vault.db"), queue: store.queue, presence: nil, isReadOnly: true,
            patience: LockPatience(seconds: 1))
        #expect(try readOnly.sharedCells().map(\.count) == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.file("vault.db-pace")))
    }
}
