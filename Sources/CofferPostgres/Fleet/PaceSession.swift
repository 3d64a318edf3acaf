// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// The buckets of rate limits, a row each, over a connection of their own: whoever takes a place waits for no other statement.
///
/// The table is not logged, so that a place costs no wait for a disk; after a crash of the server all buckets are full, which is at worst
/// one burst. Unchecked: the variable is touched on the session's queue alone.
final class PaceSession: SharedPaces, @unchecked Sendable {
    /// By the server's clock, in nanoseconds, as the machine's clocks count in the file of one machine.
    ///
    /// Outside of a transaction no setting says whose operators are meant: each has the types of one of the server's own.
    private static let clock = """
        (extract(epoch FROM pg_catalog.clock_timestamp())::numeric * 1000000000::numeric)::bigint
        """

    private static let reading = """
        SELECT p.full_at, p.slowness, p.step, p.tolerance, p.until, \(clock)
        FROM (VALUES ($1::bigint)) AS wanted (name) LEFT JOIN coffer.pace p ON p.name = wanted.name
        """

    private static let making = """
        INSERT INTO coffer.pace (name, full_at, slowness, step, tolerance, until) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT DO NOTHING
        """

    private static let replacing = """
        UPDATE coffer.pace SET full_at = $2, slowness = $3, step = $4, tolerance = $5, until = $6
        WHERE name = $1 AND full_at = $7 AND slowness = $8 AND step = $9 AND tolerance = $10 AND until = $11
        """

    /// Buckets that have been full for an hour; the row of no bucket stays.
    private static let forgetting = """
        DELETE FROM coffer.pace WHERE name <> 0 AND greatest(full_at, slowness, until) < \(clock) - 3600000000000
        """

    private let session: Session
    /// The connection on which old buckets were removed.
    private var tidied = 0

    init(_ address: ServerAddress) { session = Session(address, label: "coffer.postgres.pace") }

    func pace(_ name: UInt64) throws -> (pace: StoredPace?, now: Duration) {
        try session.runHere(within: Bounds.pace) { connection, number -> (pace: StoredPace?, now: Duration) in
            try tidy(connection, number)
            let answer = try connection.run(Self.reading, [.unsigned(name)], within: Bounds.pace)
            guard let row = answer.rows.first else { throw VaultError.damaged }
            let now = Duration.nanoseconds(try row.integer(5))
            guard !row.isNull(0) else { return (nil, now) }
            var pace = StoredPace()
            pace.fullAt = try row.unsigned(0)
            pace.slowness = try row.unsigned(1)
            pace.step = try row.unsigned(2)
            pace.tolerance = try row.unsigned(3)
            pace.until = try row.unsigned(4)
            return (pace, now)
        }
    }

    func exchange(_ name: UInt64, _ expected: StoredPace?, _ desired: StoredPace) throws -> Bool {
        let seen = expected.map { Self.arguments($0) } ?? []
        let arguments = [Argument.unsigned(name)] + Self.arguments(desired) + seen
        return try session.runHere(within: Bounds.pace) { connection, _ -> Bool in
            let sql = expected == nil ? Self.making : Self.replacing
            return try connection.run(sql, arguments, within: Bounds.pace).changedCount > 0
        }
    }

    private static func arguments(_ pace: StoredPace) -> [Argument] {
        [pace.fullAt, pace.slowness, pace.step, pace.tolerance, pace.until].map { .unsigned($0) }
    }

    private func tidy(_ connection: ServerConnection, _ number: Int) throws {
        guard number != tidied else { return }
        tidied = number
        // Only tidiness, and not everybody may.
        _ = try? connection.run(Self.forgetting, within: Bounds.pace)
    }
}
