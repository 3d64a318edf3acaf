// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Another process, mostly of this program and on the same vault, that is talked to line by line.
final class Companion {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var rest = ""

    /// Starts this program once more.
    ///
    /// - Parameters:
    ///   - errand: what it does.
    ///   - folder: where the vault lies.
    ///   - rounds: how often.
    ///   - core: what it has to itself.
    /// - Throws: what keeps it from starting.
    convenience init(_ errand: Errand, in folder: String, rounds: Int = 0, on core: ReaderCore? = nil) throws {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let arguments = [Errand.flag, errand.rawValue, folder, String(rounds)]
        let command = core?.command(program, arguments) ?? (program, arguments)
        try self.init(command.0, command.1)
    }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - file: the program.
    ///   - arguments: what follows its name.
    /// - Throws: what keeps it from starting.
    init(_ file: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: file)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Tells it to begin the next round, and what it must know for that.
    func tell(_ line: String = "") throws { try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }

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
