// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSQLite
import CofferVault
import Foundation
import Testing

@Suite struct WrongFileTests {
    private static func patch(_ path: String, at offset: UInt64, _ bytes: [UInt8]) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seek(toOffset: offset)
        try file.write(contentsOf: bytes)
        try file.close()
    }

    private static func expect(_ code: VaultError.Code, opening path: String) {
        #expect(throws: VaultError(code, "")) { _ = try SQLiteStore.open(path) }
    }

    @Test func `a vault that is not there is missing, and nothing is made in its place`() throws {
        let folder = try TemporaryFolder()
        Self.expect(.missing, opening: folder.file("vault.db"))
        Self.expect(.missing, opening: folder.file("none/vault.db"))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link.db"), withDestinationPath: folder.file("vault.db"))
        Self.expect(.missing, opening: folder.file("link.db"))
        #expect(!FileManager.default.fileExists(atPath: folder.file("vault.db")))
    }

    @Test(arguments: [
        "", "x", "not a vault at all, but a text of some length\n", String(repeating: "text ", count: 5000),
    ])
    func `another file is refused and left as it was`(contents: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(contents, to: "vault.db", mode: 0o644)
        Self.expect(.foreign, opening: path)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == contents)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["vault.db"])
    }

    @Test func `another program's database is refused and left as it was`() throws {
        let folder = try TemporaryFolder()
        let child = try Child(
            "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('create table t (x)'); c.commit(); c.close()",
            folder.file("vault.db"))
        #expect(child.finish() == 0)
        let before = try Data(contentsOf: URL(fileURLWithPath: folder.file("vault.db")))
        Self.expect(.foreign, opening: folder.file("vault.db"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("vault.db"))) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["vault.db"])
    }

    @Test(.timeLimit(.minutes(1))) func `a named pipe or folder is refused without waiting`() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
        Self.expect(.foreign, opening: folder.file("pipe"))
        Self.expect(.foreign, opening: folder.path)
    }

    @Test func `a newer format is refused and left as it was`() async throws {
        let file = try await VaultFile()
        // https://sqlite.org/fileformat.html: the user version stands at offset 60.
        try Self.patch(file.path, at: 60, [0, 0, 0, 2])
        let before = try file.bytes()
        Self.expect(.newerFormat, opening: file.path)
        #expect(try file.bytes() == before)
    }

    @Test(arguments: [[0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF]] as [[UInt8]])
    func `a format that never was is damage`(version: [UInt8]) async throws {
        let file = try await VaultFile()
        try Self.patch(file.path, at: 60, version)
        Self.expect(.damaged, opening: file.path)
    }

    @Test func `the id and format stand in the file itself while its maker still has it open`() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore.create(folder.file("vault.db"))
        let header = try Data(contentsOf: URL(fileURLWithPath: folder.file("vault.db"))).prefix(100)
        #expect(Array(header[60..<64]) == [0, 0, 0, 1])
        #expect(Array(header[68..<72]) == Array("COFF".utf8))
        withExtendedLifetime(store) {}
    }
}
