// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

/// Time is that of the test's clock: nothing ends before its deadline, and what ends is not ended by anything else.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `A server that says nothing` {
    private static let wait = Duration.milliseconds(500)
    /// Less than the shortest of the other bounds (``Bounds/turn``, 15 s), and more than a machine stands still for.
    private static let late = Duration.seconds(14)

    /// How long something took that must fail, and with what.
    private static func failing(_ body: () throws -> Void) -> (error: (any Error)?, took: Duration) {
        var met: (any Error)?
        let took = ContinuousClock().measure {
            do { try body() } catch { met = error }
        }
        return (met, took)
    }

    private static func isLate(_ error: (any Error)?) -> Bool {
        if case Failure.late? = error as? Failure { true } else { false }
    }

    private static func isUnanswered(_ error: (any Error)?) -> Bool {
        if case Failure.unanswered? = error as? Failure { true } else { false }
    }

    @Test func `and takes connections keeps nobody beyond the deadline`() async throws {
        let world = try await PostgresWorld()
        let silent = try PostgresPooler(world.database, .silent)
        let address = try ServerAddress(silent.url)
        let (error, took) = Self.failing { _ = try ServerConnection.open(address, until: Deadline(after: Self.wait)) }
        #expect(Self.isUnanswered(error))
        #expect(took >= Self.wait && took < Self.late)
    }

    @Test func `to whom it let in keeps nobody beyond the deadline`() async throws {
        let world = try await PostgresWorld()
        let paused = try PostgresPooler(world.database, .paused)
        let session = Session(try ServerAddress(paused.url), label: "coffer.tests.paused")
        let (error, took) = Self.failing { try session.runHere(within: Self.wait) { _, _ in } }
        #expect((error as? VaultError)?.code == .busy)
        #expect(took >= Self.wait && took < Self.late)
    }

    @Test func `in the midst of a statement keeps nobody beyond the deadline`() async throws {
        let world = try await PostgresWorld()
        let connection = try ServerConnection.open(
            try ServerAddress(world.database.url), until: Deadline(after: Bounds.turn))
        let (error, took) = Self.failing { _ = try connection.run("SELECT pg_sleep(60)", within: Self.wait) }
        #expect(Self.isLate(error))
        #expect(took >= Self.wait && took < Self.late)
        // What comes is no answer to the next question.
        #expect(!connection.isIdle)
    }

    @Test func `in the midst of a transaction keeps nobody beyond the deadline, nor waits to undo it`() async throws {
        let world = try await PostgresWorld()
        let session = Session(try ServerAddress(world.database.url), label: "coffer.tests.midst")
        let (error, took) = Self.failing {
            try session.runHere { connection, _ in
                try connection.read { transaction in
                    _ = try transaction.connection.run("SELECT pg_sleep(60)", within: Self.wait)
                }
            }
        }
        #expect((error as? VaultError)?.code == .busy)
        #expect(took >= Self.wait && took < Self.late)
        // The session goes on over another connection.
        let one = try session.runHere { connection, _ in try connection.run("SELECT 1::bigint").rows.first?.integer(0) }
        #expect(one == 1)
    }

    @Test func `is given up by itself as well, in each transaction`() async throws {
        let world = try await PostgresWorld()
        let connection = try ServerConnection.open(
            try ServerAddress(world.database.url), until: Deadline(after: Bounds.turn))
        let names = ["statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout"]
        func settings(_ transaction: PostgresTransaction) throws -> [String] {
            try names.map { name in
                try transaction.fetch("SELECT current_setting($1)", [.text(name)]).first?.text(0) ?? ""
            }
        }
        let reading = try connection.read { try settings($0) }
        #expect(reading == ["30s", "30s", "0"])
        let writing = try connection.write(.flushed, noting: ChangeRecord()) { try settings($0) }
        #expect(writing == ["30s", "30s", "5s"])
        let aside = try connection.writeAside { try settings($0) }
        #expect(aside == ["30s", "30s", "5s"])
    }
}
