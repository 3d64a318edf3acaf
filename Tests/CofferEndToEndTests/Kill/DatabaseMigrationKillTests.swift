// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import PostgresServer
import Subprocess
import Testing

/// The real program, killed while it moves a vault from a file into a database, and back into a file; and the end of the
/// database's sessions meanwhile.
@Suite(
    .timeLimit(.minutes(5)), .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"),
    .enabled("nothing can be preloaded here") { await Preload.commits.value != nil })
struct `A move into a database and back` {
    /// More commits than one move of so few entries makes, in both places together.
    private static let mostCommits = 30

    /// Runs a body with a vault that is to be moved into a database, or from there into a file.
    private static func with(
        intoDatabase: Bool, _ body: (MovedConnection, PostgresDatabase, String, String) async throws -> Void
    ) async throws {
        try await MovedConnection.with { moved in
            let database = try PostgresServer.shared().makeDatabase()
            guard !intoDatabase else { return try await body(moved, database, moved.file, database.url) }
            let end = try await moved.run(MovedConnection.move(to: database.url), at: moved.file)
            try #require(end.status == .exited(0), "\(end.errors)")
            try await body(moved, database, database.url, moved.newFile("back"))
        }
    }

    /// Goes on with a move that was cut off, to its end.
    private static func finish(
        _ moved: MovedConnection, from place: String, to next: String, with token: String
    ) async throws {
        let again = try await moved.run(MovedConnection.move(to: next), at: place)
        #expect(again.status == .exited(0), "\(again.errors)")
        try await moved.expectMoved(from: place, to: next, with: token)
    }

    @Test func `that is killed after a commit goes on, and at no point do both places refresh`() async throws {
        try await MovedConnection.with { moved in
            var file = moved.file
            var (there, back): ([MovedConnection.Moment], [MovedConnection.Moment]) = ([], [])
            for count in 1...Self.mostCommits {
                let database = try PostgresServer.shared().makeDatabase()
                let next = moved.newFile("moved-\(count)")
                let first = try await moved.move(from: file, to: database.url, dyingAfter: count, with: database)
                let second = try await moved.move(from: database.url, to: next, dyingAfter: count, with: database)
                guard first != nil || second != nil else { break }
                there += [first].compactMap(\.self)
                back += [second].compactMap(\.self)
                file = next
            }
            for moments in [there, back] {
                #expect(moments.count < Self.mostCommits && Set(moments) == Set(MovedConnection.Moment.allCases))
            }
        }
    }

    /// Into the database its second commit is that of the entries, out of it the first says that the move has begun.
    @Test(arguments: [true, false])
    func `is no trouble to others while it copies, and ends in a sentence when its database goes`(
        intoDatabase: Bool
    ) async throws {
        try await Self.with(intoDatabase: intoDatabase) { moved, database, place, next in
            var token = ""
            let end = try await moved.move(from: place, to: next, stopping: "AFTER", intoDatabase ? 2 : 1) {
                let before = try await moved.token(at: place)
                let isRefreshed = try await moved.isRefreshed(at: place)
                token = try await moved.token(at: place)
                #expect(isRefreshed && token != before)
                let isThere = try await moved.isRefreshed(at: next)
                #expect(!isThere)
                try await moved.run(MovedConnection.move(to: next), at: place)
                    .expectRefusal(75, saying: "is moving this vault")
                try database.close()
            }
            try database.open()
            end.expectRefusal(69)
            try await Self.finish(moved, from: place, to: next, with: token)
        }
    }

    /// Into the database its second commit is that of the entries, out of it the mark.
    @Test(arguments: [true, false])
    func `whose session ends before a commit says that the change may stand, and goes on`(
        intoDatabase: Bool
    ) async throws {
        try await Self.with(intoDatabase: intoDatabase) { moved, database, place, next in
            let token = try await moved.token(at: place)
            let end = try await moved.move(from: place, to: next, stopping: "BEFORE", 2) {
                try database.endSessions()
            }
            end.expectRefusal(74, saying: "may stand")
            // It does not: the server never heard of the commit.
            #expect(try database.run("SELECT count(*) FROM coffer.manifest") == (intoDatabase ? "0" : "1"))
            try await Self.finish(moved, from: place, to: next, with: token)
        }
    }
}
