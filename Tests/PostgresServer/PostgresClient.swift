// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A session of another program's: PostgreSQL's own client, which can be killed.
package final class PostgresClient {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Connects as the database's administrator.
    package init(_ database: PostgresDatabase) throws {
        process.executableURL = URL(fileURLWithPath: database.server.settings.binaries + "/psql")
        process.arguments = ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", database.url]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Runs a statement that gives one row, and gives that.
    package func ask(_ sql: String) throws -> String {
        try input.fileHandleForWriting.write(contentsOf: Data("\(sql);\n".utf8))
        var bytes: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Ends it as `kill -9` does, and waits for its end.
    package func killAtOnce() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { if process.isRunning { killAtOnce() } }
}
