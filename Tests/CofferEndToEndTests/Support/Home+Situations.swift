// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Subprocess
import Testing

extension Home {
    /// Runs a body in a home whose vault holds `1` at `main/one`.
    static func withOneEntry(_ body: (Program, Home) async throws -> Void) async throws {
        try await with { home in
            let program = Program(home: home)
            #expect(try await program.run("init").status == .exited(0))
            #expect(try await program.run("put", "main/one", input: .text("1")).status == .exited(0))
            try await body(program, home)
        }
    }

    /// The same, with a backup of that vault.
    static func withBackup(_ body: (Program, Home, String) async throws -> Void) async throws {
        try await withOneEntry { program, home in
            let file = "\(home.path)/copy.db"
            #expect(try await program.run("backup", "--output", file).status == .exited(0))
            try await body(program, home, file)
        }
    }

    /// Runs a body while another process, which this one plays, is in a transaction that it began so; it reads, if told no more.
    func whileIn(
        transaction beginning: String = "BEGIN; SELECT count(*) FROM entry", _ body: () async throws -> Void
    ) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: vault, configuration: configuration)
        try await queue.writeWithoutTransaction { try $0.execute(sql: beginning) }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try queue.close()
        try result.get()
    }
}
