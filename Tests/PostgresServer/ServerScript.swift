// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A server that one of the scripts in `scripts/servers` runs, gone with this or with the process.
///
/// Unchecked: nothing of it is touched after the start.
final class ServerScript<Settings: Decodable & Sendable>: @unchecked Sendable {
    /// What the script prints of the server.
    let settings: Settings
    private let process: Process
    /// Its end is the server's: no process of the test's is left that holds it.
    private let input: Pipe

    /// Starts one, and waits until it serves.
    init(_ name: String, _ options: [String] = []) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-\(UUID().uuidString)").path
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = PostgresServer.repository.appendingPathComponent("scripts/servers/\(name)")
        process.arguments =
            [
                "start", "--dir", folder, "--remove", "--watch-stdin",
                "--watch-pid", String(ProcessInfo.processInfo.processIdentifier),
            ] + options
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        settings = try decoder.decode(Settings.self, from: try output.fileHandleForReading.readToEnd() ?? Data())
        self.process = process
        self.input = input
    }
}
