// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// The locks of entries, as advisory locks of a session that has nothing else to do.
///
/// They end with the session, whatever becomes of the process (https://www.postgresql.org/docs/current/explicit-locking.html). A session
/// that takes a lock twice has it twice, so that what this process holds is kept here. Unchecked: the variables are touched on the
/// session's queue alone.
final class LockSession: @unchecked Sendable {
    /// Advisory locks have one space of numbers for a whole database; other programs' numbers are hardly ever that large.
    private static let ours = Int64(1) << 62

    private static let isSame = "pg_catalog.pg_backend_pid()::bigint = $1"

    /// Has the server notice within half a minute that the machine of this session is gone.
    ///
    /// Of one that sends nothing any more, not even an end, it would keep the locks for two hours. Of no effect on a Unix socket.
    private static let keepingAlive = """
        SELECT pg_catalog.set_config('tcp_keepalives_idle', '10', false),
        pg_catalog.set_config('tcp_keepalives_interval', '10', false),
        pg_catalog.set_config('tcp_keepalives_count', '2', false), pg_catalog.set_config('tcp_user_timeout', '30000', false)
        """

    let session: Session
    private let wallClock: @Sendable () -> Duration
    private var keys: Set<Int64> = []
    /// The connection on which they are held.
    private var number = 0

    /// Locks nothing yet.
    ///
    /// - Parameters:
    ///   - address: The server.
    ///   - wallClock: This machine's time since 1970, which the server's is compared with.
    init(_ address: ServerAddress, wallClock: @escaping @Sendable () -> Duration = { ClockOffset.wallClock() }) {
        session = Session(address, label: "coffer.postgres.locks")
        self.wallClock = wallClock
    }

    /// Takes the lock of an entry if nobody has it.
    ///
    /// Whoever is cancelled meanwhile gets it nevertheless.
    func tryLock(_ id: EntryID) async throws -> SessionLock? {
        let key = Self.ours | Int64(LockPlace(id).number)
        let taken = try await session.run { [self] connection, number in
            try take(key, over: connection, number)
        }
        // Made here, and not on the queue: with its last reference it gives itself back, and one of the queue's may go after the
        // caller's, who may have asked for something else by then.
        return taken.map { SessionLock(self, key: key, connection: $0.connection, clockOffset: $0.clockOffset) }
    }

    /// Takes the lock with a number on the session's queue, and keeps that it is held; nil if somebody has it.
    private func take(
        _ key: Int64, over connection: ServerConnection, _ number: Int
    ) throws -> (connection: Int, clockOffset: Duration)? {
        try begin(connection, number)
        guard !keys.contains(key) else { return nil }
        // In this very session, and in no other that a pooler has at hand.
        let asked = wallClock()
        let answer = try connection.run(
            """
            SELECT CASE WHEN \(Self.isSame) THEN pg_catalog.pg_try_advisory_lock($2) END,
            (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint
            """, [.integer(connection.processNumber), .integer(key)], within: Bounds.lockAnswer)
        let answered = wallClock()
        guard let row = answer.rows.first, !row.isNull(0) else { throw ServerLook.pooled }
        let server = Duration.milliseconds(try row.integer(1))
        guard try row.flag(0) else { return nil }
        keys.insert(key)
        return (number, ClockOffset.between(asked: asked, answered: answered, server: server))
    }

    /// Everybody's locks in this database, also those of this process.
    func held() async throws -> [LockPlace] {
        try await session.run { connection, _ in try Self.held(connection) }
    }

    /// The same over any connection to the database, also in a transaction: locks are of no state that one reads.
    static func held(_ connection: ServerConnection) throws -> [LockPlace] {
        let answer = try connection.run(
            """
            SELECT (classid::bigint << 32) | objid::bigint FROM pg_catalog.pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND database =
            (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            """, within: Bounds.lockAnswer)
        let found = try answer.rows.map { try $0.integer(0) }
        return found.filter { isOurs($0) }.map { LockPlace(number: UInt64($0 & ~ours)) }
    }

    /// Whether the session in which a lock was taken is there still: the server is asked.
    func isHeld(_ key: Int64, connection number: Int) async -> Bool {
        let isHeld = await session.run(on: number) { [self] connection -> Bool in
            let answer = try connection.run(
                "SELECT \(Self.isSame)", [.integer(connection.processNumber)], within: Bounds.lockAnswer)
            return try answer.rows.first?.flag(0) == true && keys.contains(key)
        }
        return isHeld ?? false
    }

    /// Gives a lock back, before anything that is asked later; nothing happens if its session is gone, which has given it back.
    ///
    /// Nobody waits for that: of a server that says nothing, those who come to their end would wait on the threads on which
    /// tasks run.
    func release(_ key: Int64, connection number: Int) {
        session.runLater(on: number) { [self] connection in
            guard keys.remove(key) != nil else { return }
            _ = try connection.run(
                "SELECT pg_catalog.pg_advisory_unlock($1)", [.integer(key)], within: Bounds.lockAnswer)
        }
    }

    private static func isOurs(_ key: Int64) -> Bool { key > 0 && key & ours != 0 }

    /// Begins on a connection that is new: what was held on an earlier one ended with that.
    private func begin(_ connection: ServerConnection, _ present: Int) throws {
        guard present != number else { return }
        _ = try connection.run(Self.keepingAlive, within: Bounds.lockAnswer)
        keys = []
        number = present
    }
}
