// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension PostgresDatabase {
    /// Writes a dump of the vault, as docs/operations.md has its administrator do.
    package func dump(to path: String) throws {
        try client(
            "pg_dump", ["--no-password", "--format=custom", "--schema=coffer", "--file", path, "--dbname", url])
    }

    /// Puts the vault of a dump in the place of the one that is there, if there is one, as it says there.
    package func takeBack(from path: String) throws {
        try run("SET client_min_messages = error; DROP SCHEMA IF EXISTS coffer CASCADE")
        try client(
            "pg_restore",
            ["--no-password", "--single-transaction", "--no-owner", "--no-privileges", "--dbname", url, path])
    }

    /// The database of the same name on a server that was made from a copy.
    package func on(_ server: PostgresServer) -> PostgresDatabase { PostgresDatabase(server: server, name: name) }

    /// Where the server has some texts, plainly or as it prints bytes: names of its files (`base/…`, `pg_wal/…`), `log`, and
    /// `dump` for a dump that is made for it.
    ///
    /// Whatever another database of the server has is found as well.
    package func places(of texts: [String]) throws -> Set<String> {
        // What is in memory alone is on the disk behind it.
        try run("CHECKPOINT")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // As text: the other form is compressed, and nothing would be found in it.
        try client("pg_dump", ["--no-password", "--file", folder + "/dump", "--dbname", url])
        let patterns = texts + texts.map { text in text.utf8.map { Self.hexadecimal($0) }.joined() }
        try Data(patterns.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: folder + "/patterns"))
        let (data, log) = (server.settings.socket + "/data", server.settings.log)
        // Files of other databases go while they are looked for (2).
        let found = try Self.output(
            of: "/bin/sh",
            [
                "-c", #"LC_ALL=C exec grep -rlaFs -f "$0" "$@" 2>/dev/null"#, folder + "/patterns", data, log,
                folder + "/dump",
            ], endingWith: [0, 1, 2])
        return Set(
            found.split(separator: "\n").map { line in
                if line == log { return "log" }
                return line.hasPrefix(data) ? String(line.dropFirst(data.count + 1)) : "dump"
            })
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.utf8.count == 2 ? text : "0" + text
    }
}
