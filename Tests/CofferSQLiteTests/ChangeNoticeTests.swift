// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferSQLite

/// The file `FILE-change`, as other processes leave it and see it.
@Suite struct ChangeNoticeTests {
    /// Prints the number whenever it is asked.
    private static let watcher = """
        import mmap, struct, sys
        with open(sys.argv[1], "r+b") as file: page = mmap.mmap(file.fileno(), 4096)
        print("ready", flush=True)
        while sys.stdin.readline():
            print(struct.unpack_from("=Q", page, 0)[0], flush=True)
        """

    private static func row(_ version: UInt64 = 1, id: EntryID = .random()) throws -> EntryRow {
        EntryRow(
            id: id, spaceID: .random(), lookup: .zero, kind: .secret, version: version, generation: 1, useBox: [1],
            issueBox: nil, dueAt: nil, state: nil, signature: try .init([UInt8](repeating: 0, count: 64)))
    }

    @Test func `another process sees a change when the writer's call has returned`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let child = try Child(Self.watcher, folder.file("vault.db-change"))
        #expect(try child.line() == "ready")
        for _ in 0..<3 {
            let row = try Self.row()
            try await store.write(.synced) { try $0.insert(row) }
            child.send("?")
            #expect(try child.line() == store.change.map { String($0.value()) })
        }
        #expect(store.change?.value() == 6)
        #expect(child.finish() == 0)
    }

    @Test func `the number is odd while a change is being committed`() async throws {
        let folder = try TemporaryFolder()
        let page = try ChangePage(folder.file("page"))
        let odd = page.begin()
        #expect(odd == 1)
        #expect(page.value() == 1)
        let next = page.begin()
        #expect(next == 3)
        // The first writer comes too late to say that all is quiet.
        page.end(odd)
        #expect(page.value() == 3)
        page.end(next)
        #expect(page.value() == 4)
        page.settle()
        #expect(page.value() == 4)
    }

    @Test(arguments: [UInt64(7), .max])
    func `an odd number that a killed writer left is made even by whoever writes next`(left: UInt64) async throws {
        let folder = try TemporaryFolder()
        let identity = try Identity.generate()
        for body in [
            { try $0.append(try Self.event(identity)) }, { try $0.insert(try Self.row()) },
        ] as [@Sendable (any StoreWriting) throws -> Void] {
            let path = folder.file("\(EntryID.random()).db")
            let store = try SQLiteStore.create(path)
            let child = try Child(
                """
                import mmap, struct, sys
                with open(sys.argv[1], "r+b") as file: page = mmap.mmap(file.fileno(), 4096)
                struct.pack_into("=Q", page, 0, int(sys.argv[2]))
                print("odd", flush=True)
                sys.stdin.read()
                """, path + "-change", String(left))
            #expect(try child.line() == "odd")
            child.killAtOnce()
            #expect(store.change?.value() == left)
            try await store.write(.flushed, body)
            let value = try #require(store.change?.value())
            #expect(value & 1 == 0)
            #expect(value != left &- 1)
        }
    }

    @Test(arguments: [0, 1, 8, 17, 4095])
    func `a file that was cut short is filled up when it is opened`(length: UInt64) async throws {
        let file = try await VaultFile(entries: 1)
        do { _ = try await file.unlock().commit(WriteBatch(.put, drafts: [try VaultFile.draft(3)])) }
        let child = try Child(
            "import os, sys; os.truncate(sys.argv[1], int(sys.argv[2]))", file.path + "-change", String(length))
        #expect(child.finish() == 0)
        let store = try SQLiteStore.open(file.path)
        let before = try #require(store.change?.value())
        let row = try Self.row()
        try await store.write(.flushed) { try $0.insert(row) }
        #expect(try #require(store.change?.value()) == before + 2)
        #expect(try FileManager.default.attributesOfItem(atPath: file.path + "-change")[.size] as? Int == 4096)
    }

    @Test(arguments: [false, true])
    func `a file that lost its name says nothing any more, and writers use the one that has it`(
        isReplaced: Bool
    ) async throws {
        let folder = try TemporaryFolder()
        let clock = HeldSecond()
        let path = folder.file("page")
        let page = try ChangePage(path) { clock.now() }
        #expect(page.value() == 0)
        try FileManager.default.removeItem(atPath: path)
        if isReplaced { _ = try ChangePage(path) }
        // Within the second nothing is looked at; afterwards it is.
        #expect(page.value() == 0)
        clock.advance()
        #expect(page.value() == .max)
        let notice = try ChangeNotice(path: path)
        let begun = try notice.begin()
        #expect(try ChangePage(path).value() == 1)
        begun.end()
        #expect(try ChangePage(path).value() == 2)
        #expect(page.value() == .max)
    }

    @Test func `a writer whose file was taken away tells through the new one`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        try FileManager.default.removeItem(atPath: folder.file("vault.db-change"))
        let other = try SQLiteStore.open(folder.file("vault.db"))
        let row = try Self.row()
        try await store.write(.synced) { try $0.insert(row) }
        #expect(other.change?.value() == 2)
    }

    @Test func `a link, folder or pipe in its place is refused`() throws {
        let folder = try TemporaryFolder()
        _ = try SQLiteStore.create(folder.file("vault.db"))
        let path = folder.file("vault.db-change")
        let target = try folder.write("kept", to: "target", mode: 0o644)
        for place in [
            { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target) },
            { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) },
            { #expect(mkfifo(path, 0o600) == 0) },
        ] as [() throws -> Void] {
            try FileManager.default.removeItem(atPath: path)
            try place()
            #expect(throws: VaultError.self) { _ = try SQLiteStore.open(folder.file("vault.db")) }
        }
        #expect(try folder.mode("target") == 0o644)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
    }

    private static func event(_ identity: Identity) throws -> AuditEvent {
        try AuditEvent(
            AuditRecord(at: VaultFile.now(), action: .list, paths: []), after: nil, by: identity, owners: [],
            bindings: [], fingerprints: [], heads: [])
    }
}

/// A second that a test advances.
private final class HeldSecond: Sendable {
    private let second = Atomic<Int64>(1)

    func now() -> Int64 { second.load(ordering: .relaxed) }
    func advance() { second.add(1, ordering: .relaxed) }
}
