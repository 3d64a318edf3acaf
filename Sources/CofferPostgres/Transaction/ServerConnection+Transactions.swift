// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

extension ServerConnection {
    /// Runs `body` over one consistent state.
    func read<Value>(_ body: (PostgresTransaction) throws -> Value) throws -> Value {
        defer { endReading() }
        return try reading(body)
    }

    /// Does the same, and leaves the end of the transaction to who calls ``endReading()`` next.
    func reading<Value>(_ body: (PostgresTransaction) throws -> Value) throws -> Value {
        try endingTransaction {
            begin(TransactionOpening.reading)
            return try body(PostgresTransaction(connection: self))
        }
    }

    /// Ends a transaction that reads, if it was begun; nothing depends on how.
    func endReading() {
        begin([])
        if isInTransaction { _ = try? run(script: "COMMIT", within: Bounds.readEnd) }
    }

    /// Runs `body` while nobody else writes, tells the others of what it did, and commits.
    func write<Value>(
        _ durability: Durability, noting record: ChangeRecord, _ body: (PostgresTransaction) throws -> Value
    ) throws -> Value {
        try endingTransaction {
            begin(TransactionOpening.writing(durability))
            let transaction = PostgresTransaction(connection: self)
            let value = try body(transaction)
            try record.noting(try transaction.tell()) { try commit() }
            return value
        }
    }

    /// Runs `body` beside those who write, and commits: what it does is no part of the vault.
    func writeAside<Value>(_ body: (PostgresTransaction) throws -> Value) throws -> Value {
        try endingTransaction {
            begin(TransactionOpening.writingAside)
            let value = try body(PostgresTransaction(connection: self))
            try settle()
            try commit()
            return value
        }
    }

    /// Makes the tables, all or none.
    func makeTables() throws {
        try endingTransaction {
            _ = try run(
                script: """
                    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \(TransactionOpening.script); \
                    SET LOCAL synchronous_commit = on; \(Schema.creation) \(Schema.fleetCreation)
                    """)
            try commit()
        }
    }

    /// Nothing of an earlier transaction is left for the next.
    private func begin(_ statements: [Statement]) {
        ahead = statements
        failed = nil
    }

    func endingTransaction<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            begin([])
            // Where it fails the connection is not used again, and with it the transaction ends.
            if isInTransaction { _ = try? run(script: "ROLLBACK") }
            throw error
        }
    }

    func commit() throws {
        // The server knows nothing of a condition that was not met.
        if let failed { throw failed }
        let answer: Answer
        isWarned = false
        do {
            answer = try run(script: "COMMIT")
        } catch let failure as Failure where failure.mayHaveCommitted {
            throw Failure.uncertain
        }
        // After a statement that failed and whose error somebody kept to himself, the server rolls back instead.
        guard answer.command == "COMMIT" else {
            throw VaultError(.unreadable, "the vault's database undid a change whose parts did not all succeed")
        }
        // Once its wait is cancelled the server says no more than that; `statement_timeout` is over before it begins.
        if isWarned { throw Failure.unreplicated }
    }
}
