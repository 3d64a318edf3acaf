// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import PostgresServer
import Subprocess
import Testing

extension Home {
    /// What a program is to be told so that it finds no libpq: a file in its place that is no library, before the system's own.
    func environmentWithoutLibpq(_ program: Program) throws -> [String: String] {
        try FileManager.default.createDirectory(atPath: "\(path)/lib", withIntermediateDirectories: true)
        try write("".utf8, to: "lib/libpq.so.5")
        let folders = ["\(path)/lib", program.environment["LD_LIBRARY_PATH"]].compactMap(\.self)
        return ["LD_LIBRARY_PATH": folders.joined(separator: ":")]
    }
}

/// A home whose programs are told of a database of their own.
struct DatabaseHome: Sendable {
    let database: PostgresDatabase
    let program: Program

    var home: Home { program.home }

    /// Runs a command with a vault that another URL names.
    func run(_ arguments: String..., at url: String, _ variables: [String: String] = [:]) async throws -> Finished {
        try await program.run(arguments, environment: variables.merging(["COFFER_VAULT": url]) { $1 })
    }

    /// The password in the file for TCP, which is to be in no output.
    var password: String {
        get throws {
            let line = try String(contentsOfFile: database.passwordFile, encoding: .utf8)
            return line.trimmingCharacters(in: .newlines).split(separator: ":").last.map { String($0) } ?? ""
        }
    }

    /// Runs a body with an empty database; `init` has been run if told so.
    static func with(
        isMade: Bool = true, on server: PostgresServer? = nil, _ body: (DatabaseHome) async throws -> Void
    ) async throws {
        let server = try server ?? PostgresServer.shared()
        let database = try server.makeDatabase()
        try await Home.with { home in
            var program = Program(home: home)
            program.environment["COFFER_VAULT"] = database.url
            let world = DatabaseHome(database: database, program: program)
            if isMade { try #require(try await program.run("init").status == .exited(0)) }
            try await body(world)
        }
    }
}
