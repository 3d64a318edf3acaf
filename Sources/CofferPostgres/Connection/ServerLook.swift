// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What a server says of itself and of the vault in it.
struct ServerLook: Sendable {
    /// The oldest version that is known to do, as the server numbers it.
    private static let oldestVersion: Int64 = 130_000

    /// The first of the two numbers of a mark, "Coff".
    ///
    /// Advisory locks of two numbers have a space of their own. A shared one is in nobody's way, should two draw the same.
    private static let mark = 0x436F_6666

    /// Leaves this connection's mark in the session.
    ///
    /// Unless there is another connection's, or the session is not the one that was connected to. A server ends the mark with the
    /// session; a second look finds it again.
    private static let marking = """
        CASE WHEN pg_catalog.pg_backend_pid()::bigint = $1 AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'advisory'
            AND l.objsubid = 2 AND l.classid::bigint = \(mark) AND l.objid::bigint <> $2
        ) THEN pg_catalog.pg_try_advisory_lock_shared(\(mark), $2::integer) ELSE false END
        """

    private let version: Int64
    private let isDirect: Bool
    /// Whether nothing can be written: a standby, or a database that is set so.
    let isReadOnly: Bool
    /// Whether there is a vault.
    let hasVault: Bool

    /// Asks.
    init(_ connection: ServerConnection, within wait: Duration = Bounds.answer) throws {
        let answer = try connection.run(
            """
            SELECT \(Self.marking), pg_catalog.current_setting('server_version_num')::bigint,
            pg_catalog.pg_is_in_recovery() OR pg_catalog.current_setting('transaction_read_only') = 'on',
            pg_catalog.to_regclass('coffer.format') IS NOT NULL
            """, [.integer(connection.processNumber), .integer(connection.mark)], within: wait)
        guard let row = answer.rows.first else { throw VaultError.damaged }
        isDirect = try row.flag(0)
        version = try row.integer(1)
        isReadOnly = try row.flag(2)
        hasVault = try row.flag(3)
    }

    /// Refuses a server on which Coffer's promises would not hold.
    ///
    /// - Throws: ``VaultError/Code/unsuitable``.
    func check() throws(VaultError) {
        guard version >= Self.oldestVersion else {
            throw VaultError(.unsuitable, "the vault's database is older than PostgreSQL 13; update it")
        }
        guard isDirect else { throw Self.pooled }
    }

    /// What is said of a pooler, which gives each transaction to whichever session is free.
    ///
    /// PgBouncer has a number of its own for each connection (https://www.pgbouncer.org/features.html; `get_random_bytes` for `cancel_key`
    /// in its client.c). pgagroal passes on that of the session in which it let somebody in, and may hand the same to the next one:
    /// there the second connection finds the mark of the first.
    static var pooled: VaultError {
        VaultError(
            .unsuitable,
            "a connection pooler stands before the vault's database, and holds no locks; name the server itself")
    }
}
