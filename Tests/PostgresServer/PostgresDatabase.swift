// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A database of one test.
package struct PostgresDatabase: Sendable {
    /// What PostgreSQL's own client ended with.
    struct Refusal: Error {
        let status: Int32
    }

    let server: PostgresServer
    package let name: String

    /// What names it over the server's socket, where nobody is asked for a password.
    package var url: String { url(of: server.settings.user) }

    /// What names it over loopback; the password lies in a file.
    package var loopbackURL: String {
        "postgres://\(user)@127.0.0.1:\(port)/\(name)?passfile=\(passwordFile)"
    }

    /// What names it over the server's socket for one of its other users.
    package func url(of user: String) -> String {
        "postgres:///\(name)?host=\(socket)&port=\(port)&user=\(user)"
    }

    /// Runs statements, each by itself, as a user or the database's administrator, and gives what they print.
    @discardableResult
    package func run(_ sql: String, as user: String? = nil) throws -> String {
        try client(
            "psql",
            ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", user.map { url(of: $0) } ?? url, "-c", sql])
    }

    /// Changes settings of the server for the sessions of this database that begin from now on, each as `NAME = VALUE`.
    package func set(_ settings: [String]) throws {
        for setting in settings { try run("ALTER DATABASE \(name) SET \(setting)") }
    }

    /// Runs one of PostgreSQL's own programs, and gives what it prints.
    @discardableResult
    func client(_ name: String, _ arguments: [String]) throws -> String {
        try Self.output(of: server.settings.binaries + "/" + name, arguments)
    }

    /// Runs a program that must end with one of some statuses, and gives what it prints.
    static func output(
        of program: String, _ arguments: [String], endingWith statuses: Set<Int32> = [0]
    ) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        try process.run()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard statuses.contains(process.terminationStatus) else { throw Refusal(status: process.terminationStatus) }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
