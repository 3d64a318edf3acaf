// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Another process of this program that works on the same vault, and is talked to line by line.
final class Companion {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = ""

    /// Starts it.
    ///
    /// - Parameters:
    ///   - errand: what it does.
    ///   - folder: where the vault lies.
    ///   - rounds: how often.
    /// - Throws: what keeps it from starting.
    init(_ errand: Errand, in folder: String, rounds: Int) throws {
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Errand.flag, errand.rawValue, folder, String(rounds)]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Tells it to begin the next round.
    func tell() throws { try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8)) }

    /// Waits for its next line.
    ///
    /// - Throws: ``BenchError/noValue`` if it has ended.
    func line() async throws -> String {
        let handle = output.fileHandleForReading
        while true {
            if let end = rest.firstIndex(of: "\n") {
                defer { rest = String(rest[rest.index(after: end)...]) }
                return String(rest[..<end])
            }
            // Away from the threads that serve the provider, for reading blocks.
            let data = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: handle.availableData) }
            }
            guard !data.isEmpty else { throw BenchError.noValue }
            rest += String(decoding: data, as: UTF8.self)
        }
    }

    /// Says that there are no more rounds, and waits for its end.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
