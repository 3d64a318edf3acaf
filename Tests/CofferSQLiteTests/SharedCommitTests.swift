// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import CofferSQLite

@Suite(.timeLimit(.minutes(2))) struct `Writes that wait for each other` {
    private typealias Body = @Sendable (any StoreWriting) throws -> Void

    private let folder: TemporaryFolder
    private let path: String
    private let store: SQLiteStore

    init() throws {
        folder = try TemporaryFolder()
        path = folder.file("vault.db")
        store = try SQLiteStore.create(path)
    }

    /// Lets writes begin while the store is busy, and goes on once all of them wait.
    private func together(_ bodies: [Body]) async -> [Result<Void, any Error>] {
        let gate = DispatchSemaphore(value: 0)
        store.queue.asyncWriteWithoutTransaction { _ in gate.wait() }
        return await withTaskGroup(of: (Int, Result<Void, any Error>).self) { [store] group in
            for (place, body) in bodies.enumerated() {
                // One after the other, so that their order is known.
                group.addTask {
                    do { return (place, .success(try await store.write(.synced, body))) } catch {
                        return (place, .failure(error))
                    }
                }
                while store.waiting.count <= place { await Task.yield() }
            }
            gate.signal()
            var results: [Int: Result<Void, any Error>] = [:]
            for await (place, result) in group { results[place] = result }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
    }

    /// How many transactions the log holds: the frames that say how large the file is after them
    /// (https://sqlite.org/fileformat2.html#wal_file_format).
    private func commitCount() throws -> Int {
        let log = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "-wal")))
        guard log.count > 32 else { return 0 }
        let pageSize = log[8..<12].reduce(0) { $0 << 8 | Int($1) }
        return stride(from: 32, to: log.count, by: 24 + pageSize).count { log[($0 + 4)..<($0 + 8)] != [0, 0, 0, 0] }
    }

    private static func put(_ row: EntryRow) -> Body { { try $0.insert(row) } }

    private func kept() async throws -> Int {
        try await store.read { try $0.rows(space: BareRow.space, after: nil, limit: .max) }.count
    }

    @Test func `share one commit`() async throws {
        let rows = try (0..<8).map { _ in try BareRow.make() }
        let change = try #require(store.change?.value())
        let before = try commitCount()
        let results = await together(rows.map { Self.put($0) })
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        #expect(try commitCount() == before + 1)
        #expect(store.change?.value() == change + 2)
        #expect(try await kept() == 8)
    }

    @Test func `see what those before them wrote`() async throws {
        let seen = Mutex<[Int]>([])
        let rows = try (0..<5).map { _ in try BareRow.make() }
        let results = await together(
            rows.map { row -> Body in
                { transaction in
                    try transaction.insert(row)
                    let count = try transaction.rows(space: BareRow.space).count
                    seen.withLock { $0.append(count) }
                }
            })
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        #expect(seen.withLock(\.self) == [1, 2, 3, 4, 5])
    }

    @Test func `undo what is theirs alone`() async throws {
        let taken = try BareRow.make()
        let (first, last) = (try BareRow.make(), try BareRow.make())
        let results = await together([
            Self.put(first),
            { transaction in
                try transaction.insert(taken)
                throw VaultError(.conflict, "made up")
            },
            Self.put(taken), Self.put(taken), Self.put(last),
        ])
        let codes = results.map { result -> VaultError.Code? in
            if case .failure(let error) = result { (error as? VaultError)?.code } else { nil }
        }
        #expect(codes == [nil, .conflict, nil, .exists, nil])
        #expect(try await kept() == 3)
    }

    @Test func `are written though one of them finds no room`() async throws {
        let (first, last) = (try BareRow.make(), try BareRow.make())
        let large = try BareRow.make(byteCount: 400_000)
        try store.limitSize(toPages: store.pageCount() + 20)
        let results = await together([Self.put(first), Self.put(large), Self.put(last)])
        #expect(throws: Never.self) { try results[0].get() }
        #expect(throws: VaultError(.diskFull, "")) { try results[1].get() }
        #expect(throws: Never.self) { try results[2].get() }
        #expect(try await kept() == 2)
        #expect(try await store.integrity() == [])
    }

    /// SQLite gives a transaction up when its disk fails; here one of the bodies does, once.
    @Test func `are tried alone where the whole transaction was given up`() async throws {
        let rows = try (0..<3).map { _ in try BareRow.make() }
        let tries = Atomic(0)
        let results = await together([
            Self.put(rows[0]),
            { transaction in
                let transaction = try #require(transaction as? SQLiteTransaction)
                if tries.add(1, ordering: .relaxed).newValue == 1 {
                    try transaction.database.run("ROLLBACK")
                    throw VaultError(.diskFull, "made up")
                }
                try transaction.insert(rows[1])
            },
            Self.put(rows[2]),
        ])
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        #expect(tries.load(ordering: .relaxed) == 2)
        #expect(try await kept() == 3)
    }

    @Test func `all hear that nothing could begin, after one wait`() async throws {
        let holder = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("begin immediate")
            print("held", flush=True)
            sys.stdin.readline()
            """, path)
        #expect(try holder.line() == "held")
        let other = try SQLiteStore.open(path, busyWait: 0.02)
        let rows = try (0..<3).map { _ in try BareRow.make() }
        let codes = await withTaskGroup(of: VaultError.Code?.self) { group in
            for row in rows {
                group.addTask {
                    do { try await other.write(.synced) { try $0.insert(row) } } catch {
                        return (error as? VaultError)?.code
                    }
                    return nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes == [.busy, .busy, .busy])
        _ = holder.finish()
    }
}
