// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

/// Processes of their own, with this program's code in them, on one file.
@Suite struct ManyProcessesTests {
    @Test(.timeLimit(.minutes(10)))
    func `what many processes write at once is all there, once, in order and whole`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let store = try SQLiteStore.create(path)
        let shared = try Hammer.row(Hammer.shared, version: 1)
        try await store.write(.synced) { try $0.insert(shared) }
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String] in try await Hammer.write(path)
                    }
                }
            }
            group.addTask {
                await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                    try await Hammer.write(path, dyingInRound: Hammer.rounds / 2)
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    await #expect(processExitsWith: .success) { [path = path as String] in try await Hammer.read(path) }
                }
            }
        }
        let commits = 6 * Hammer.rounds + Hammer.rounds / 2 - 1
        let row = try #require(try await store.read { try $0.row(id: Hammer.shared) })
        #expect(row.version == 1 + UInt64(commits))
        #expect(try Hammer.isWhole(row))
        let rows = try await store.read { try $0.rows(space: shared.spaceID, after: nil, limit: .max) }
        #expect(rows.count == 1 + commits)
        for row in rows { #expect(try Hammer.isWhole(row)) }
        let heads = try await store.read { try $0.heads() }
        #expect(
            heads.map(\.sequence).sorted() == [UInt64(Hammer.rounds / 2 - 1)]
                + Array(repeating: UInt64(Hammer.rounds), count: 6))
        for head in heads { try await Self.expectChain(head, store) }
        // One number for each commit that changed rows, whoever was first to say that all is quiet again.
        #expect(store.change?.value() == UInt64(2 * (1 + commits)))
        #expect(try await store.integrity() == [])
    }

    private static func expectChain(_ head: AuditHead, _ store: SQLiteStore) async throws {
        var previous = Digest.zero
        let events = try await store.read { try $0.events(of: head.signer, from: 1, limit: .max) }
        #expect(events.count == Int(head.sequence))
        for (index, bytes) in events.enumerated() {
            let event = try AuditEvent(decoding: bytes)
            #expect(event.sequence == UInt64(index + 1))
            #expect(event.previous == previous)
            try event.verifySignature()
            previous = event.hash
        }
        #expect(previous == head.hash)
    }

    @Test func `a process killed in a transaction leaves nothing of it, and one killed after it everything`()
        async throws
    {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        let store = try SQLiteStore.create(path)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            try await SQLiteStore.open(path).write(.synced) { transaction in
                for _ in 0..<100 { try transaction.insert(Hammer.row(.random(), version: 1, byteCount: 9_000)) }
                kill(getpid(), SIGKILL)
            }
        }
        let space = try Hammer.row(.random(), version: 1).spaceID
        #expect(try await store.read { try $0.entryCount(space: space) } == 0)
        #expect(try #require(store.change?.value()) & 1 == 0)
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try SQLiteStore.open(path)
            try await store.write(.flushed) { transaction in
                for _ in 0..<100 { try transaction.insert(Hammer.row(.random(), version: 1, byteCount: 9_000)) }
            }
            kill(getpid(), SIGKILL)
        }
        #expect(try await store.read { try $0.entryCount(space: space) } == 100)
        #expect(try await store.integrity() == [])
    }

    @Test func `the locks and the presence of a killed process are free at once`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try SQLiteStore.create(path).seal()
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try SQLiteStore.open(path)
            let lock = try store.tryLock(Hammer.shared)
            guard lock != nil, try store.tryLock(Hammer.shared) == nil else { return }
            kill(getpid(), SIGKILL)
        }
        let claim = try SQLiteStore.claim(path)
        claim.release()
        let store = try SQLiteStore.open(path)
        #expect(try store.tryLock(Hammer.shared) != nil)
    }
}
