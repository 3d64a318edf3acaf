// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@Suite struct CopyTests {
    private static func store(_ folder: TemporaryFolder, rows: Int = 40) async throws -> SQLiteStore {
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let rows = try (0..<rows).map { _ in try BareRow.make(byteCount: 50_000) }
        try await store.write(.synced) { transaction in for row in rows { try transaction.insert(row) } }
        return store
    }

    private static func names(_ folder: TemporaryFolder) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func `a copy is one file that opens by itself, and is told of in steps`() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.store(folder)
        let elsewhere = try TemporaryFolder()
        let steps = Mutex<[StoreCopyProgress]>([])
        try await store.copy(to: elsewhere.file("copy.db")) { step in steps.withLock { $0.append(step) } }
        #expect(try Self.names(elsewhere) == ["copy.db"])
        #expect(try elsewhere.mode("copy.db") == 0o600)
        let told = steps.withLock { $0 }
        #expect(told.count > 1)
        #expect(told.last?.pagesDone == told.last?.pageCount)
        #expect(told.map(\.pagesDone) == told.map(\.pagesDone).sorted())
        let copy = try SQLiteStore.open(elsewhere.file("copy.db"))
        let original = try await store.read { try $0.rows(space: BareRow.space, after: nil, limit: .max) }
        #expect(original.count == 40)
        #expect(try await copy.read { try $0.rows(space: BareRow.space, after: nil, limit: .max) } == original)
        #expect(try await copy.integrity() == [])
    }

    @Test func `a copy is one state, though others write while it is made`() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.store(folder)
        let other = try SQLiteStore.open(folder.file("vault.db"))
        let before = try await store.read { try $0.rows(space: BareRow.space, after: nil, limit: .max) }
        let (steps, step) = AsyncStream.makeStream(of: Void.self)
        let gate = DispatchSemaphore(value: 0)
        async let writing: Void = {
            for await _ in steps { break }
            // Every row is replaced, in many commits, while the first megabyte is copied and the rest is not.
            for row in before {
                let next = try BareRow.make(id: row.id, version: 2, lookup: row.lookup, byteCount: 50_000)
                try await other.write(.flushed) { try $0.replace(next, expecting: 1) }
            }
            try await store.write(.flushed) { try $0.insert(BareRow.make()) }
            gate.signal()
        }()
        let hasWaited = Atomic(false)
        let target = folder.file("copy.db")
        try await store.copy(to: target) { _ in
            guard !hasWaited.exchange(true, ordering: .relaxed) else { return }
            step.yield()
            gate.wait()
        }
        try await writing
        let copied = try await SQLiteStore.open(target).read {
            try $0.rows(space: BareRow.space, after: nil, limit: .max)
        }
        #expect(copied == before)
        #expect(try await store.read { try $0.entryCount(space: BareRow.space) } == 41)
    }

    @Test func `a copy that is given up leaves nothing, and a file that is there stays`() async throws {
        let folder = try TemporaryFolder()
        let store = try await Self.store(folder)
        let elsewhere = try TemporaryFolder()
        await #expect(throws: CancellationError.self) {
            try await store.copy(to: elsewhere.file("copy.db")) { _ in throw CancellationError() }
        }
        #expect(try Self.names(elsewhere) == [])
        let taken = try elsewhere.write("kept", to: "taken.db")
        await #expect(throws: VaultError(.exists, "")) { try await store.copy(to: taken) { _ in } }
        #expect(try Self.names(elsewhere) == ["taken.db"])
        #expect(try String(contentsOfFile: taken, encoding: .utf8) == "kept")
        await #expect(throws: VaultError(.missing, "")) {
            try await store.copy(to: elsewhere.file("none/copy.db")) { _ in }
        }
        // A store that only looked on is as it was.
        #expect(try await store.read { try $0.entryCount(space: BareRow.space) } == 40)
    }
}
