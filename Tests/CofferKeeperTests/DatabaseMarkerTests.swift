// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import GrantServer
import PostgresServer
import Testing

@testable import CofferKeeper

@Suite(.enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"), .timeLimit(.minutes(3)))
struct `The administrator of a vault's database` {
    /// What every secret of ``GrantServer`` begins with, and those that are put here.
    private static let marker = "zq7-marker"

    /// A server that tells its log all it knows, values included.
    private static let talkative = [
        "log_statement = 'all'", "log_min_duration_statement = 0", "log_duration = on", "log_parameter_max_length = -1",
        "log_parameter_max_length_on_error = -1", "log_min_messages = debug5", "log_min_error_statement = debug5",
        "log_error_verbosity = verbose", "debug_print_parse = on", "debug_print_rewritten = on",
        "debug_print_plan = on", "log_temp_files = 0",
    ]

    @Test func `finds no secret, path or token in tables, log, write-ahead log, statistics or dump`() async throws {
        try await DatabaseWorld.with(settings: Self.talkative) { world in
            let hasStatistics = try world.database.run("SHOW shared_preload_libraries") == "pg_stat_statements"
            if hasStatistics { try world.database.run("CREATE EXTENSION pg_stat_statements SCHEMA public") }
            // What stood in a row before is in the log as well then, as for whoever has changes told to him.
            #expect(try world.database.run("SHOW wal_level") == "logical")
            for table in ["entry", "journal", "manifest", "wish"] {
                try world.database.run("ALTER TABLE coffer.\(table) REPLICA IDENTITY FULL")
            }
            let texts = try await Self.use(world)
            #expect(texts.allSatisfy { $0.utf8.count > 9 } && texts.filter { $0.hasPrefix(Self.marker) }.count > 4)
            let places = try world.database.places(of: texts + [Self.marker])
            #expect(places.isEmpty, "\(places)")
            if hasStatistics {
                let queries = try world.database.run("SELECT query FROM public.pg_stat_statements")
                #expect(queries.contains("coffer.entry") && !texts.contains { queries.contains($0) })
            }
        }
    }

    /// Does what members do, and gives every text that must be nowhere.
    private static func use(_ world: DatabaseWorld) async throws -> [String] {
        let keeper = try await world.keeper()
        let secret = KeeperWorld.path("main/zq7-marker-path/zq7-marker-name")
        var texts = [
            GrantServer.clientSecret, secret.description, DatabaseWorld.path.description, "orders:read", "as.example",
            "zq7-marker-static", "zq7-marker-later", "zq7-marker-reason", "zq7-marker-journal",
            "zq7-marker-refused", "zq7-marker-client-id", "zq7-marker-scope", "zq7-marker-app",
        ]
        texts.append(try world.owner.written().withExposedText { $0 })
        var app = NewApp(clientID: "zq7-marker-client-id")
        app.issuer = world.server.issuer
        app.clientSecret = Secret(GrantServer.clientSecret)
        app.scope = "zq7-marker-scope"
        _ = try await keeper.addApp(KeeperWorld.path("main/zq7-marker-app"), app)
        _ = try await keeper.put(secret, Secret("zq7-marker-static"))
        _ = try await keeper.put(secret, Secret("zq7-marker-later"))
        try await keeper.vault.record(
            AuditRecord(
                at: world.time.now, action: .handOut, paths: [secret.description], reason: "zq7-marker-reason"))
        for _ in 0..<2 {
            texts.append(try await keeper.token(DatabaseWorld.path).credential.value.withExposedText { $0 })
            texts.append(try await keeper.get(DatabaseWorld.path, field: "refresh_token").withExposedText { $0 })
            _ = try await keeper.refresh(.forced(DatabaseWorld.path))
        }
        let now = try world.database.run("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
        #expect(now.contains("COMMIT") && !texts.contains { now.contains($0) })
        // Members' names are no secret: the manifest has them in the clear.
        let reader = try await world.keeper(try await world.join("ci", .reader))
        let seen = try #require(try await reader.vault.inspect(DatabaseWorld.path))
        try await reader.vault.leaveWish(
            .rejected, for: seen, tokenVersion: 1, validFor: nil, reason: "zq7-marker-reason")
        try await keeper.vault.appendJournal(
            Array("zq7-marker-journal".utf8), to: .random(), at: 0, for: secret, reason: "zq7-marker-reason")
        // What the server refuses it writes down with the whole row.
        try world.database.run("ALTER TABLE coffer.entry ADD CONSTRAINT made_up CHECK (false) NOT VALID")
        await #expect(throws: (any Error).self) { _ = try await keeper.put(secret, Secret("zq7-marker-refused")) }
        return texts
    }

    @Test func `would be seen to have what is not sealed`() async throws {
        try await DatabaseWorld.with(settings: Self.talkative) { world in
            // Apart from the other test's: it searches the whole server.
            let control = "zq8-control-\(EntryID.random())"
            try world.database.run("CREATE TABLE public.control (plain text, bytes bytea)")
            try world.database.run("INSERT INTO public.control VALUES ('\(control)', '\(control)')")
            let places = try world.database.places(of: [control])
            // Also what is only told to whoever listens is in the log then.
            let notice = "zq8-notice-\(EntryID.random())"
            try world.database.run("NOTIFY made_up, '\(notice)'")
            #expect(try world.database.places(of: [notice]).contains("log"))
            for place in ["base/", "pg_wal/"] { #expect(places.contains { $0.hasPrefix(place) }, "\(place)") }
            #expect(places.isSuperset(of: ["log", "dump"]))
        }
    }
}
