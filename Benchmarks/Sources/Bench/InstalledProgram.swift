// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The program as it is installed, in a home of its own.
struct InstalledProgram {
    private let file: String
    private let folder: String

    /// Runs a body with the program that the variable COFFER names, in a new home.
    ///
    /// - Parameter body: what to do with the program and the home's folder.
    /// - Returns: what the body returns.
    /// - Throws: ``BenchError`` where there is no program, and what the body throws.
    static func with<Result>(_ body: (InstalledProgram, String) async throws -> Result) async throws -> Result {
        guard let file = ProcessInfo.processInfo.environment["COFFER"],
            FileManager.default.isExecutableFile(atPath: file)
        else { throw BenchError.noProgram }
        let folder = NSTemporaryDirectory() + "coffer-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        return try await body(InstalledProgram(file: file, folder: folder), folder)
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: what follows its name.
    ///   - input: what it reads.
    /// - Throws: ``BenchError/childFailed(_:)`` if its status is not 0.
    func run(_ arguments: [String], input: String = "") throws {
        let process = process(arguments)
        let pipe = Pipe()
        process.standardInput = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        try pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchError.childFailed(process.terminationStatus) }
    }

    /// Prepares to run it.
    ///
    /// - Parameter arguments: what follows its name.
    /// - Returns: a process that has not been started.
    func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: file)
        process.arguments = arguments
        process.environment = environment
        return process
    }

    /// Prepares to run it often, for some milliseconds each time.
    ///
    /// - Parameters:
    ///   - arguments: what follows its name.
    ///   - extra: further variables.
    /// - Returns: what runs it.
    func shortRun(_ arguments: [String], environment extra: [String: String] = [:]) -> ShortRun {
        ShortRun(file, arguments, environment: environment.merging(extra) { $1 })
    }

    private var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "HOME": folder, "XDG_DATA_HOME": folder + "/data",
            "XDG_CONFIG_HOME": folder + "/config", "XDG_STATE_HOME": folder + "/state",
        ]
    }
}
