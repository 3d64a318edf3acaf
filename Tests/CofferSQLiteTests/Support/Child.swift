// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A process of ours that another program's code runs in: Python, since it has SQLite and fcntl(2).
final class Child {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Starts a Python program; it is killed when the test ends.
    init(_ program: String, _ arguments: String...) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Waits for the next line of its output; nil at the end.
    func line() throws -> String? {
        var bytes: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }

    /// Gives it a line.
    func send(_ line: String) {
        try? input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// Ends it as `kill -9` does, and waits for its end.
    func killAtOnce() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Waits for its end and gives the status.
    func finish() -> Int32 {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }

    deinit { if process.isRunning { killAtOnce() } }
}
