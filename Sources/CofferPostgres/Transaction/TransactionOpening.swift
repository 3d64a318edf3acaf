// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What a transaction begins with.
///
/// It sets for itself what it needs, so that nothing of it outlasts the transaction: functions and operators are the server's own, and
/// nothing waits without bound.
enum TransactionOpening {
    /// One that reads one state.
    static let reading = [Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"), setting(settings)]

    /// One that writes while nobody else does.
    static func writing(_ durability: Durability) -> [Statement] {
        let synchronous = ("synchronous_commit", durability == .synced ? "on" : "off")
        return [Statement(beginWriting), setting(settings + [lock, synchronous]), turn]
    }

    /// One that writes beside those.
    static let writingAside = [
        Statement(beginWriting), setting(settings + [lock, ("synchronous_commit", "off")]),
    ]

    /// What one sets for itself that makes or changes the tables, for a script.
    static let script = settings.map { "SET LOCAL \($0.name) = \($0.value)" }.joined(separator: "; ")

    private static let beginWriting = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
    private static let lock = ("lock_timeout", "\(Bounds.lockMilliseconds)")
    private static let settings: [(name: String, value: String)] = [
        ("search_path", "pg_catalog"), ("statement_timeout", "\(Bounds.statementMilliseconds)"),
        ("idle_in_transaction_session_timeout", "\(Bounds.idleMilliseconds)"),
        // That a commit is on no standby is said by a warning alone.
        ("client_min_messages", "warning"),
    ]

    /// Until a transaction has it, nobody else writes; a format of another program ends it.
    private static let turn = Statement(Schema.turn) { try Schema.check($0) }

    /// All in one statement: a pipeline takes them one by one.
    private static func setting(_ settings: [(name: String, value: String)]) -> Statement {
        let calls = settings.map { "pg_catalog.set_config('\($0.name)', '\($0.value)', true)" }
        return Statement("SELECT \(calls.joined(separator: ", "))")
    }
}
