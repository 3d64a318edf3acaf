// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// An agent's share of what is due, in one transaction: a row of `coffer.claim` for each entry, with its holder and when it ends.
///
/// Agents that look at the same moment skip the rows that another one has in hand (`SKIP LOCKED`), so that none waits. What is due is divided
/// by how many agents there are, each of which has a row of its own; who has more than his share, because another has come, lets the
/// rest go. Time is the server's.
struct DueClaims {
    /// A due entry, and since when it is.
    typealias Due = (id: EntryID, at: Int64)

    let transaction: PostgresTransaction
    /// Whose, in the table: drawn, and of this process alone.
    let holder: EntryID
    let spaces: [SpaceID]
    let instant: Int64

    private var me: Argument { .bytes(holder.bytes) }
    private var places: Argument { .byteArrays(spaces.map(\.bytes)) }

    /// Takes the share.
    ///
    /// - Returns: what is this process's now, the earliest first.
    func take() throws -> [Due] {
        let until = try announce()
        let now = until - Bounds.claimMilliseconds
        let share = try share(at: now)
        var due = try renew(share, until)
        try letGo(until, at: now)
        if due.count < share { due += try takeNew(share - due.count, until, at: now) }
        due.sort { one, two in
            one.at == two.at ? one.id.bytes.lexicographicallyPrecedes(two.id.bytes) : one.at < two.at
        }
        return try due.once(\.id)
    }

    /// Says that this agent is there.
    ///
    /// - Returns: until when that holds.
    private func announce() throws -> Int64 {
        let rows = try transaction.fetch(
            """
            INSERT INTO coffer.claim AS c (entry, holder, until)
            VALUES ($1, $1, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $2)
            ON CONFLICT (entry) DO UPDATE SET holder = excluded.holder, until = excluded.until RETURNING until
            """, [me, .integer(Bounds.claimMilliseconds)])
        guard let row = rows.first else { throw VaultError.damaged }
        return try row.integer(0)
    }

    private func share(at now: Int64) throws -> Int {
        let rows = try transaction.fetch(
            """
            SELECT (SELECT count(*) FROM coffer.entry WHERE space = ANY ($1) AND due_at IS NOT NULL AND due_at <= $2),
            (SELECT count(DISTINCT holder) FROM coffer.claim WHERE until > $3)
            """, [places, .integer(instant), .integer(now)])
        guard let row = rows.first else { throw VaultError.damaged }
        let due: Int = try row.small(0)
        let agents: Int = max(1, try row.small(1))
        return min(max((due + agents - 1) / agents, Bounds.share.lowerBound), Bounds.share.upperBound)
    }

    /// Keeps what was taken before and is due still.
    private func renew(_ share: Int, _ until: Int64) throws -> [Due] {
        try transaction.fetch(
            """
            UPDATE coffer.claim c SET until = $1 FROM (
                SELECT o.entry, e.due_at FROM coffer.claim o JOIN coffer.entry e ON e.id = o.entry
                WHERE o.holder = $2 AND e.space = ANY ($3) AND e.due_at <= $4 ORDER BY e.due_at, e.id LIMIT $5
            ) kept WHERE c.entry = kept.entry AND c.holder = $2 RETURNING kept.entry, kept.due_at
            """, [.integer(until), me, places, .integer(instant), .limit(share)]
        ).map { try Self.due($0) }
    }

    /// Forgets what was not kept, and what others have left.
    private func letGo(_ until: Int64, at now: Int64) throws {
        _ = try transaction.changes(
            """
            DELETE FROM coffer.claim WHERE entry IN (
                SELECT entry FROM coffer.claim WHERE holder = $1 AND until < $2 OR until <= $3 FOR UPDATE SKIP LOCKED
            )
            """, [me, .integer(until), .integer(now)])
    }

    private func takeNew(_ count: Int, _ until: Int64, at now: Int64) throws -> [Due] {
        try transaction.fetch(
            """
            INSERT INTO coffer.claim AS c (entry, holder, until) SELECT free.id, $4, $5 FROM (
                SELECT e.id FROM coffer.entry e WHERE e.space = ANY ($1) AND e.due_at IS NOT NULL AND e.due_at <= $2
                AND NOT EXISTS (SELECT 1 FROM coffer.claim o WHERE o.entry = e.id AND o.until > $3)
                ORDER BY e.due_at, e.id LIMIT $6 FOR NO KEY UPDATE OF e SKIP LOCKED
            ) free
            ON CONFLICT (entry) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE c.until <= $3
            RETURNING c.entry, (SELECT e.due_at FROM coffer.entry e WHERE e.id = c.entry)
            """, [places, .integer(instant), .integer(now), me, .integer(until), .limit(count)]
        ).map { try Self.due($0) }
    }

    private static func due(_ row: AnswerRow) throws -> Due {
        (id: try EntryID(row.bytes(0)), at: try row.integer(1))
    }
}
