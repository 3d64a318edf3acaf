// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

/// A port at which nobody listens (TCPMUX, RFC 1078) stands for a host that is gone.
@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(2)))
struct `Of several hosts` {
    private static let dead = "127.0.0.1:1"

    private static func url(_ places: [String], _ database: PostgresDatabase, _ parameters: String...) -> String {
        let query = (["passfile=\(database.passwordFile)"] + parameters).joined(separator: "&")
        return "postgres://\(database.user)@\(places.joined(separator: ","))/\(database.name)?\(query)"
    }

    @Test func `one that is gone is passed over`() async throws {
        let world = try await PostgresWorld()
        let live = "127.0.0.1:\(world.database.port)"
        for places in [[Self.dead, live], [live, Self.dead], [Self.dead, Self.dead, live]] {
            let refusal = try await world.refusal(of: Self.url(places, world.database))
            #expect(refusal == nil, "\(places)")
        }
    }

    @Test func `one that says nothing is passed over after its share of the time`() async throws {
        let world = try await PostgresWorld()
        let silent = try PostgresPooler(world.database, .silent)
        let url = Self.url([silent.place, "127.0.0.1:\(world.database.port)"], world.database)
        let address = try ServerAddress(url)
        let clock = ContinuousClock()
        for _ in 1...3 {
            let begun = clock.now
            let connection = try? ServerConnection.open(address, until: Deadline(after: .seconds(4)))
            let took = begun.duration(to: clock.now)
            // Where the machine stood still until the time of both was over, it is tried again.
            if connection == nil, took >= .seconds(6) { continue }
            #expect(connection?.isIdle == true)
            #expect(took >= .seconds(2) && took < .seconds(14))
            return
        }
        Issue.record("the machine stood still each time")
    }

    @Test func `none that is there is told at once, and none that speaks when the time is over`() async throws {
        let world = try await PostgresWorld()
        let clock = ContinuousClock()
        var begun = clock.now
        let gone = try await world.refusal(of: Self.url([Self.dead, "127.0.0.1:2"], world.database))
        #expect(gone?.code == .unreachable)
        // Not after the time that there is (15 s), also on a machine that stands still meanwhile.
        #expect(begun.duration(to: clock.now) < .seconds(14))
        let silent = try PostgresPooler(world.database, .silent)
        let address = try ServerAddress(Self.url([silent.place, silent.place], world.database))
        begun = clock.now
        #expect(throws: Failure.self) {
            _ = try ServerConnection.open(address, until: Deadline(after: .milliseconds(600)))
        }
        let took = begun.duration(to: clock.now)
        #expect(took >= .milliseconds(600) && took < .seconds(14))
        // What everybody waits for who names them: docs/databases.md says so.
        #expect(Bounds.turn == .seconds(15))
    }

    @Test func `the one that can be written is found, and with none that is said`() async throws {
        let world = try await PostgresWorld()
        // A database of that name on another server stands for a standby: sessions there can only read.
        let other = try PostgresServer.withTLS().makeDatabase(likeThat: world.database)
        try other.set(["default_transaction_read_only = on"])
        let hosts = "host=\(other.socket),\(world.database.socket)&port=\(other.port),\(world.database.port)"
        let url = "postgres:///\(world.database.name)?\(hosts)&user=\(world.database.user)"
        let first = try await world.refusal(of: url)
        #expect(first?.code == .missing)
        let store = try await PostgresStore.open(
            url + "&target_session_attrs=read-write", beside: world.folder + "/vault")
        let row = try PostgresWorld.row()
        try await store.write(.synced) { try $0.insert(row) }
        let found = try await world.store.read { try $0.row(id: row.id) }
        #expect(found == row)
        try world.database.set(["default_transaction_read_only = on"])
        let none = try await world.refusal(of: url + "&target_session_attrs=read-write")
        #expect(none?.code == .unreachable && none?.message.contains("target_session_attrs") == true)
    }

    @Test func `what one answered counts before the silence of another`() async throws {
        let world = try await PostgresWorld()
        let (live, user) = ("127.0.0.1:\(world.database.port)", "&user=\(world.database.name)_not")
        for places in [[live, Self.dead], [Self.dead, live]] {
            let refusal = try await world.refusal(of: Self.url(places, world.database) + user)
            // No line of the password file is for that user.
            #expect(refusal?.message.contains("asks for a password") == true, "\(places)")
        }
    }
}
