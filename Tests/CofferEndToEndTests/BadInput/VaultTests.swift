// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox
import Foundation
import GRDB
import Subprocess
import Testing

@Suite(.timeLimit(.minutes(2))) struct `Vaults and identities that are no good` {
    /// Runs a body in a home with a vault and one secret in it.
    private static func withVault(_ body: (Program, Home) async throws -> Void) async throws {
        try await Home.with { home in
            let program = Program(home: home)
            try await program.run("init")
            #expect(try await program.run("put", "main/token", input: .text("value")).status == .exited(0))
            // Else the next program to open it may move the log into the file, which changes bytes and nothing else.
            try await mergeLog(home)
            try await body(program, home)
        }
    }

    private static func expectUntouched(_ home: Home, _ before: [String: Data]) {
        let kept = ["data/coffer/vault.db", "config/coffer/identity"]
        for name in kept { #expect(home.files()[name] == before[name], "\(name) was changed") }
    }

    /// Breaks something, and expects every command to say the same and to change nothing.
    private static func expectRefused(
        _ code: Int32, saying text: String = "", _ program: Program, _ home: Home
    ) async throws {
        let before = home.files()
        for command in [["list"], ["get", "main/token"], ["status"], ["rotate", "list"]] {
            try await program.run(command).expectRefusal(code, saying: text)
        }
        try await program.run("put", "main/other", input: .text("x")).expectRefusal(code, saying: text)
        expectUntouched(home, before)
    }

    @Test(arguments: [0o640, 0o604, 0o660])
    func `an identity that others may read is refused`(mode: Int) async throws {
        try await Self.withVault { program, home in
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: home.identity)
            try await Self.expectRefused(78, saying: home.identity, program, home)
        }
    }

    @Test func `an identity behind a symbolic link is refused`() async throws {
        try await Self.withVault { program, home in
            try FileManager.default.moveItem(atPath: home.identity, toPath: "\(home.path)/elsewhere")
            try FileManager.default.createSymbolicLink(
                atPath: home.identity, withDestinationPath: "\(home.path)/elsewhere")
            let end = try await program.run("list")
            #expect(end.status != .exited(0))
            end.expectOneSentence()
        }
    }

    @Test func `another vault's identity is not permitted`() async throws {
        try await Self.withVault { program, home in
            try await Self.withVault { other, otherHome in
                try FileManager.default.removeItem(atPath: home.identity)
                try FileManager.default.copyItem(atPath: otherHome.identity, toPath: home.identity)
                try await Self.expectRefused(77, program, home)
            }
        }
    }

    @Test(arguments: ["", "nonsense", "coffer-secret-1AAAA", "\u{0}\u{1}\u{2}"])
    func `an identity that is none is refused without being shown`(text: String) async throws {
        try await Self.withVault { program, home in
            try home.write(text.utf8, to: "config/coffer/identity")
            try await Self.expectRefused(65, program, home)
            let end = try await program.run("list")
            if text.count > 8 { #expect(!end.errors.contains(text)) }
        }
    }

    @Test func `a mistyped identity is refused`() async throws {
        try await Self.withVault { program, home in
            var bytes = Array(try #require(home.files()["config/coffer/identity"]))
            let middle = bytes.count / 2
            bytes[middle] = bytes[middle] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            try home.write(bytes, to: "config/coffer/identity")
            try await Self.expectRefused(65, program, home)
        }
    }

    @Test func `a missing identity or vault is named`() async throws {
        try await Self.withVault { program, home in
            let vault = try #require(home.files()["data/coffer/vault.db"])
            let identity = try #require(home.files()["config/coffer/identity"])
            try FileManager.default.removeItem(atPath: home.identity)
            try await program.run("list").expectRefusal(66, saying: home.identity)
            try home.write(identity, to: "config/coffer/identity")
            try FileManager.default.removeItem(atPath: home.vault)
            try await program.run("list").expectRefusal(66, saying: "coffer init")
            #expect(!FileManager.default.fileExists(atPath: home.vault), "a command made an empty vault")
            try home.write(vault, to: "data/coffer/vault.db")
        }
    }

    @Test func `a text, and somebody else's database, are no vaults`() async throws {
        try await Self.withVault { program, home in
            for name in ["vault.db-wal", "vault.db-shm"] {
                try? FileManager.default.removeItem(atPath: "\(home.path)/data/coffer/\(name)")
            }
            try home.write("These are the notes of a meeting.\n".utf8, to: "data/coffer/vault.db")
            try await Self.expectRefused(65, saying: "vault", program, home)
            try FileManager.default.removeItem(atPath: home.vault)
            try await DatabaseQueue(path: home.vault).write { try $0.execute(sql: "CREATE TABLE notes (text)") }
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: home.vault)
            try await Self.expectRefused(65, saying: "not a Coffer vault", program, home)
        }
    }

    @Test func `a vault that is newer than the program is left alone`() async throws {
        try await Self.withVault { program, home in
            // The user version, big-endian: https://sqlite.org/fileformat2.html section 1.3.15.
            var bytes = Array(try #require(home.files()["data/coffer/vault.db"]))
            try Self.dropLog(home)
            bytes.replaceSubrange(60..<64, with: [0, 0, 0, 99])
            try home.write(bytes, to: "data/coffer/vault.db")
            try await Self.expectRefused(78, saying: "99", program, home)
        }
    }

    @Test func `a vault with flipped bytes is damaged, and nothing of it is shown`() async throws {
        try await Self.withVault { program, home in
            try await Self.mergeLog(home)
            let bytes = Array(try #require(home.files()["data/coffer/vault.db"]))
            let pages = stride(from: 4096, to: bytes.count, by: 4096)
            for page in pages {
                var broken = bytes
                for offset in stride(from: page, to: page + 4096, by: 7) { broken[offset] ^= 0x5A }
                try Self.dropLog(home)
                try home.write(broken, to: "data/coffer/vault.db")
                let end = try await program.run("get", "main/token")
                guard end.status != .exited(0) else {
                    // An index, or a page of nothing that matters to this command.
                    #expect(end.text == "value")
                    continue
                }
                #expect(
                    [.exited(65), .exited(66), .exited(77)].contains(end.status),
                    "page \(page): \(end.status) \(end.errors)")
                end.expectOneSentence()
                #expect(end.output.isEmpty)
            }
        }
    }

    @Test func `a vault that is cut short is damaged`() async throws {
        try await Self.withVault { program, home in
            try await Self.mergeLog(home)
            let bytes = Array(try #require(home.files()["data/coffer/vault.db"]))
            for count in [0, 1, 50, 100, 4096, bytes.count / 2] {
                try Self.dropLog(home)
                try home.write(bytes.prefix(count), to: "data/coffer/vault.db")
                let end = try await program.run("get", "main/token")
                end.expectRefusal(65)
                #expect(home.files()["data/coffer/vault.db"]?.count == count, "cut at \(count) it was written to")
            }
        }
    }

    @Test func `a vault that another process holds is waited for, and then given up`() async throws {
        try await Self.withVault { program, home in
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: home.vault, configuration: configuration)
            try await queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let end = try await program.run("put", "main/other", input: .text("x"))
            end.expectRefusal(75)
            try await queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
            #expect(try await program.run("list", "--quiet").text == "main/token\n")
        }
    }

    /// Puts the write-ahead log into the file, so that the file alone is the vault.
    private static func mergeLog(_ home: Home) async throws {
        try await DatabaseQueue(path: home.vault).inDatabase { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    }

    private static func dropLog(_ home: Home) throws {
        for name in ["vault.db-wal", "vault.db-shm"] {
            try? FileManager.default.removeItem(atPath: "\(home.path)/data/coffer/\(name)")
        }
    }
}

extension DatabaseQueue {
    /// Does something outside of any transaction.
    fileprivate func inDatabase(_ body: @Sendable @escaping (Database) throws -> Void) async throws {
        try await writeWithoutTransaction { try body($0) }
    }
}
