// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

/// Re-keying by processes of their own, one of which is killed.
struct KilledRekeying {
    /// What a process did.
    struct Run {
        /// Entries that it said to have sealed again.
        let count: Int
        /// How long it took from its start to its end.
        let seconds: Double
    }

    private static let endMark = "done"

    private let vault: FilledVault

    init(_ vault: FilledVault) {
        self.vault = vault
    }

    // MARK: - The child

    /// What the other process does: re-keys, and prints how many entries it has sealed, batch by batch.
    static func child(count: Int, in folder: String) async throws {
        let vault = try await FilledVault(count: count, in: folder).open()
        // A small vault has some batches too, so that there is a middle.
        let report = try await vault.rekey(batchLength: min(1_000, max(count / 20, 1))) { progress in
            FileHandle.standardOutput.write(Data("\(progress.count)\n".utf8))
        }
        guard report.isFinished, let space = report.spaces.first else { throw BenchError.wrongCount }
        FileHandle.standardOutput.write(Data("\(endMark) \(space.entryCount)\n".utf8))
    }

    // MARK: - The parent

    /// Lets a process re-key to the end.
    func run() async throws -> Run {
        let (line, seconds, process) = try await start { _ in false }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            throw BenchError.childFailed(process.terminationStatus)
        }
        let words = line.split(separator: " ")
        guard words.count == 2, words[0] == Self.endMark, let count = Int(words[1]) else { throw BenchError.noValue }
        return Run(count: count, seconds: seconds)
    }

    /// Lets a process re-key, and kills it when half is done.
    func runKilled() async throws -> Run {
        let (line, seconds, process) = try await start { ($0 ?? 0) * 2 >= vault.count }
        guard process.terminationReason == .uncaughtSignal, process.terminationStatus == SIGKILL, let count = Int(line)
        else { throw BenchError.notKilled }
        return Run(count: count, seconds: seconds)
    }

    /// Opens every entry, and looks for what is missing.
    func check() async throws {
        let opened = try await vault.open()
        guard try await opened.spaces().map(\.generations.count) == [1] else { throw BenchError.wrongCount }
        let report = try await opened.verify()
        guard report.findings.isEmpty, report.counts.opened == vault.count else { throw BenchError.wrongCount }
    }

    /// Starts a process and reads its lines; the last one, how long it took, and the process when it has ended.
    private func start(killingWhen isDue: (Int?) -> Bool) async throws -> (line: String, seconds: Double, Process) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let folder = URL(fileURLWithPath: vault.path).deletingLastPathComponent().path
        process.arguments = [Errand.flag, Errand.rekey.rawValue, folder, String(vault.count)]
        let pipe = Pipe()
        process.standardOutput = pipe
        let (clock, handle) = (ContinuousClock(), pipe.fileHandleForReading)
        let began = clock.now
        try process.run()
        var (rest, last, isKilled) = ("", "", false)
        while true {
            let data = handle.availableData
            if data.isEmpty { break }
            rest += String(decoding: data, as: UTF8.self)
            var lines = rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            rest = lines.removeLast()
            for line in lines {
                // What it said is done; what it did after is not known.
                last = line
                if !isKilled, isDue(Int(line)) {
                    kill(process.processIdentifier, SIGKILL)
                    isKilled = true
                }
            }
        }
        process.waitUntilExit()
        return (last, began.duration(to: clock.now) / .seconds(1), process)
    }
}
