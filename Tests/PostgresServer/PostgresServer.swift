// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The PostgreSQL servers of a test process, one of a kind: started when it is asked for first, gone with the process.
package final class PostgresServer: Sendable {
    /// What the script prints of a server.
    struct Settings: Decodable, Sendable {
        let socket: String
        let port: Int
        let user: String
        let binaries: String
        let passwordFile: String
        let log: String
        let caFile: String?
        let clientCertificate: String?
        let clientKey: String?
    }

    /// Whether there is a server to start: tests of it are skipped otherwise, and fail where it is there and does not start.
    package static let isInstalled: Bool = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { String($0) }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: debian)) ?? []
        return (folders + versions.map { "\(debian)/\($0)/bin" })
            .contains { FileManager.default.fileExists(atPath: "\($0)/initdb") }
    }()

    /// Where Debian's packages put the programs of each version.
    private static let debian = "/usr/lib/postgresql"

    /// The repository, also where another package sees this folder through a link.
    static let repository = (0..<3).reduce(URL(filePath: #filePath).resolvingSymlinksInPath()) { folder, _ in
        folder.deletingLastPathComponent()
    }

    private static let started = Swift.Result<PostgresServer, any Error> { try PostgresServer() }

    /// The server.
    package static func shared() throws -> PostgresServer { try started.get() }

    /// Starts another one, whose commits survive a power cut: gone when nobody refers to it any more, or with the process.
    ///
    /// - Parameter settings: Lines of `postgresql.conf`, which count more than those that all servers have.
    /// - Returns: The server.
    /// - Throws: What keeps it from being started.
    package static func startDurable(_ settings: [String]) throws -> PostgresServer {
        // A day: what is measured may take longer than a test.
        try PostgresServer(["--fsync", "--time-limit", "86400"] + settings.flatMap { ["--set", $0] })
    }

    private static let verified = Swift.Result<PostgresServer, any Error> { try PostgresServer(["--tls"]) }

    private static let expired = Swift.Result<PostgresServer, any Error> { try PostgresServer(["--tls", "--expired"]) }

    /// Another one, with TLS and a certificate for this machine and for `db.example`.
    package static func withTLS() throws -> PostgresServer { try verified.get() }

    /// Another one, with TLS and a certificate that is past its time.
    package static func withExpiredTLS() throws -> PostgresServer { try expired.get() }

    private let script: ServerScript<Settings>

    var settings: Settings { script.settings }

    private init(_ options: [String] = []) throws { script = try ServerScript("postgresql", options) }

    /// Starts one that no other test uses; it ends with the last reference to it.
    package static func alone() throws -> PostgresServer { try PostgresServer() }

    /// Copies all of the server's files while it works, as its administrator does.
    package func copy(to folder: String) throws {
        _ = try PostgresDatabase.output(
            of: settings.binaries + "/pg_basebackup",
            [
                "--pgdata", folder, "--host", settings.socket, "--port", String(settings.port), "--username",
                settings.user, "--no-password", "--checkpoint", "fast", "--wal-method", "none", "--no-sync",
            ])
    }

    /// Starts another server from such a copy, with what was written since up to a point that `pg_create_restore_point` named.
    package func recovered(from folder: String, upTo point: String) throws -> PostgresServer {
        try PostgresServer(["--base", folder, "--archive", settings.socket + "/data/pg_wal", "--point", point])
    }

    /// Makes an empty database.
    package func makeDatabase() throws -> PostgresDatabase {
        try makeDatabase(named: "test_" + UUID().uuidString.replacing("-", with: "").lowercased())
    }

    /// Makes an empty database of a name that it has on another server.
    package func makeDatabase(likeThat other: PostgresDatabase) throws -> PostgresDatabase {
        try makeDatabase(named: other.name)
    }

    private func makeDatabase(named name: String) throws -> PostgresDatabase {
        let database = PostgresDatabase(server: self, name: name)
        try PostgresDatabase(server: self, name: "postgres").run("CREATE DATABASE \(name)")
        return database
    }
}
