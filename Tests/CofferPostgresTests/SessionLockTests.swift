// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `The lock of an entry in a database` {
    /// The number of an entry's lock, as docs/decisions/0030-postgres-store.md names it.
    private static func number(of id: EntryID) -> UInt64 { 1 << 62 | LockPlace(id).number }

    private static func areHeld(_ locks: [SessionLock]) async -> [Bool] {
        var areHeld: [Bool] = []
        for lock in locks { areHeld.append(await lock.isHeld()) }
        return areHeld
    }

    @Test func `ends with the death of its holder`() async throws {
        let world = try await PostgresWorld()
        let id = EntryID.random()
        let client = try PostgresClient(world.database)
        #expect(try client.ask("SELECT pg_try_advisory_lock(\(Self.number(of: id)))") == "t")
        #expect(try await world.store.tryLock(id) == nil)
        #expect(try await world.store.heldLocks() == [LockPlace(id)])
        #expect(try await world.store.tryLock(.random()) != nil)
        client.killAtOnce()
        // The server finds out by itself, a little later.
        while try await world.store.heldLocks().contains(LockPlace(id)) { await Task.yield() }
        #expect(try await world.store.tryLock(id) != nil)
    }

    @Test func `is lost with its session, and that is noticed`() async throws {
        let world = try await PostgresWorld()
        let other = try await world.reopened()
        let ids = [EntryID.random(), .random()]
        var locks: [SessionLock] = []
        for id in ids {
            let lock = try await world.store.tryLock(id)
            locks.append(try #require(lock as? SessionLock))
        }
        var areHeld = await Self.areHeld(locks)
        #expect(areHeld == [true, true])
        try world.endSessions("SELECT ")
        areHeld = await Self.areHeld(locks)
        #expect(areHeld == [false, false])
        let taken = try #require(try await other.tryLock(ids[0]))
        // A new session of the first store neither has the locks of the old one, nor gives back those of another.
        #expect(try await world.store.tryLock(ids[0]) == nil)
        let again = try #require(try await world.store.tryLock(ids[1]) as? SessionLock)
        for lock in locks { lock.release() }
        areHeld = await Self.areHeld([again] + locks)
        #expect(areHeld == [true, false, false])
        #expect(try await world.store.tryLock(ids[0]) == nil)
        taken.release()
        #expect(try await other.heldLocks().contains(LockPlace(ids[0])) == false)
        #expect(try await world.store.tryLock(ids[0]) != nil)
    }

    @Test func `ends with its holder's machine, too, of whose end the server hears nothing`() async throws {
        let world = try await PostgresWorld()
        let store = try await PostgresStore.open(world.database.loopbackURL, beside: world.folder + "/vault")
        let settings = ["tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout"]
        for _ in 0..<2 {
            let lock = try #require(try await store.tryLock(.random()))
            let found = try await store.locks.session.run { connection, _ -> [String] in
                try settings.map { name in
                    let answer = try connection.run("SELECT pg_catalog.current_setting($1)", [.text(name)])
                    return try #require(answer.rows.first).text(0)
                }
            }
            #expect(found == ["10", "10", "2", "30000"])
            lock.release()
            // On each connection anew.
            try world.endSessions("SELECT pg_catalog.")
        }
    }

    @Test func `of another program's is none of an entry`() async throws {
        let world = try await PostgresWorld()
        let client = try PostgresClient(world.database)
        for number in ["1", "-1", "(2, 3)"] {
            let arguments = number.hasPrefix("(") ? number : "(\(number))"
            #expect(try client.ask("SELECT pg_try_advisory_lock\(arguments)") == "t")
        }
        #expect(try await world.store.heldLocks() == [])
    }

    @Test func `of another database's is none of this one`() async throws {
        let world = try await PostgresWorld()
        let other = try await PostgresWorld()
        let id = EntryID.random()
        let lock = try await world.store.tryLock(id)
        #expect(lock != nil)
        #expect(try await other.store.heldLocks() == [])
        #expect(try await other.store.tryLock(id) != nil)
        lock?.release()
    }

    @Test func `goes to whoever asked for it, who was cancelled meanwhile, and back from him`() async throws {
        let world = try await PostgresWorld()
        let (store, id) = (world.store, EntryID.random())
        let asking = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.tryLock(id)
        }
        let lock = try #require(try await asking.value as? SessionLock)
        let isHeld = await lock.isHeld()
        #expect(isHeld)
        let leaving = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await store.tryLock(.random()) != nil
        }
        let wasTaken = try await leaving.value
        #expect(wasTaken)
        #expect(try await store.heldLocks() == [LockPlace(id)])
        lock.release()
        #expect(try await store.heldLocks() == [])
    }
}
