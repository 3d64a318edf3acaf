// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GrantServer
import PostgresServer
import Subprocess
import Testing

/// A connection whose vault is moved from place to place by programs that are killed, and what is true of it then.
///
/// Its server takes each refresh token once, and ends the grant where one comes a second time.
struct MovedConnection: Sendable {
    /// How far a move had come when its program was killed, by who has the vault then.
    enum Moment: CaseIterable, Sendable {
        /// The old place.
        case copying
        /// Nobody.
        case between
        /// The new place.
        case arrived
    }

    private static let path = "main/as/alice"

    private let world: GrantHome
    private let library: String
    private let entryCount: Int

    /// Runs a body with such a connection, an app and a static secret, in a vault in a file.
    static func with(_ body: (MovedConnection) async throws -> Void) async throws {
        let library = try #require(await Preload.commits.value)
        try await GrantHome.with { world in
            try await world.importAlice()
            try await world.succeed("put", "main/one", input: .text("1"))
            let verified = try await world.succeed("verify", "--json")
            let count = try #require(openedCount(verified))
            try await body(MovedConnection(world: world, library: library, entryCount: count))
        }
    }

    /// The vault's file at the beginning.
    var file: String { world.program.home.vault }

    /// Where another file can be.
    func newFile(_ name: String) -> String { "\(world.program.home.path)/\(name).db" }

    /// What moves the vault.
    static func move(to next: String) -> [String] { ["migrate", "--to", next, "--yes"] }

    /// Runs a command with the vault in one of the places.
    @discardableResult
    func run(_ arguments: [String], at place: String, _ variables: [String: String] = [:]) async throws -> Finished {
        try await world.program.run(arguments, environment: variables.merging(["COFFER_VAULT": place]) { $1 })
    }

    // MARK: - Kills

    /// Moves the vault with a program that dies right after so many commits, and then with one that does not.
    ///
    /// - Returns: how far the first had come; nil if it made fewer commits and ended by itself.
    func move(
        from place: String, to next: String, dyingAfter count: Int, with database: PostgresDatabase
    ) async throws -> Moment? {
        var token = try await self.token(at: place)
        let (move, text) = (Self.move(to: next), "commit \(count) on the way to \(next)")
        let first = try await run(move, at: place, ["LD_PRELOAD": library, "COFFER_CHAOS_COMMITS": String(count)])
        let isKilled = first.status == .signaled(SIGKILL)
        var open: [String] = []
        if isKilled {
            try database.awaitEnds()
            let before = refreshCount
            for vault in [place, next] {
                if try await isRefreshed(at: vault) { open.append(vault) }
            }
            #expect(open.count <= 1 && refreshCount - before == open.count, "\(text): \(open)")
            if let vault = open.first { token = try await self.token(at: vault) }
            let again = try await run(move, at: place)
            #expect(again.status == .exited(0), "\(text): \(again.errors)")
        } else {
            #expect(first.status == .exited(0), "\(text): \(first.errors)")
        }
        try await expectMoved(from: place, to: next, with: token, text)
        guard isKilled else { return nil }
        return open.first.map { $0 == place ? Moment.copying : Moment.arrived } ?? .between
    }

    /// Moves the vault with a program that is stopped at a commit in the database, and goes on once a body has run.
    ///
    /// - Parameters:
    ///   - place: Where the vault lies.
    ///   - next: Where it is moved to.
    ///   - moment: `BEFORE` or `AFTER`.
    ///   - count: Which of the commits in the database.
    ///   - body: What happens meanwhile.
    /// - Returns: how the program ended.
    /// - Throws: what the body throws, once the program is dead, or that it was never stopped.
    func move(
        from place: String, to next: String, stopping moment: String, _ count: Int,
        _ body: () async throws -> Void
    ) async throws -> Finished {
        let variables = [
            "COFFER_VAULT": place, "LD_PRELOAD": library, "COFFER_CHAOS_STOP_\(moment)": String(count),
        ]
        return try await world.program.start(Self.move(to: next), environment: variables) { running in
            let isStopped = await running.untilStopped()
            try #require(isStopped)
            try await body()
            running.send(SIGCONT)
        }.end
    }

    // MARK: - What is true

    /// The token that a place hands out.
    func token(at place: String) async throws -> String {
        let end = try await run(["token", Self.path], at: place)
        try #require(end.status == .exited(0), "\(place): \(end.errors)")
        return end.text
    }

    /// Whether a place has the connection refreshed; it says in one sentence why not.
    func isRefreshed(at place: String) async throws -> Bool {
        let end = try await run(["refresh", "--force", Self.path], at: place)
        guard end.status != .exited(0) else { return true }
        // Damaged, as what has no manifest; missing; moved.
        #expect([.exited(65), .exited(66), .exited(78)].contains(end.status), "\(place): \(end.errors)")
        end.expectOneSentence()
        return false
    }

    /// Expects everything in the new place, and nothing to be had in the old one.
    func expectMoved(from place: String, to next: String, with token: String, _ text: String = "") async throws {
        let before = refreshCount
        try await run(["refresh", "--force", Self.path], at: place).expectRefusal(78, saying: "was moved to")
        #expect(refreshCount == before && !world.server.hasSeenReuse, "\(text)")
        let kept = try await self.token(at: next)
        #expect(kept == token, "\(text)")
        let verified = try await run(["verify", "--json"], at: next)
        #expect(verified.status == .exited(0), "\(text): \(verified.text)\(verified.errors)")
        #expect(Self.openedCount(verified) == entryCount, "\(text): \(verified.text)")
        #expect(!world.program.home.files().keys.contains { $0.contains(".moving-") }, "\(text)")
    }

    private var refreshCount: Int {
        world.server.requests(to: "/token").count { $0.fields["grant_type"] == "refresh_token" }
    }

    private static func openedCount(_ verified: Finished) -> Int? {
        (verified.json["counts"] as? [String: Any])?["opened"] as? Int
    }
}
