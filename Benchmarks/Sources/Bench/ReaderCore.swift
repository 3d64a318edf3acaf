// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// A core of its own for who reads, so that what a read waits for is the vault and not a processor.
///
/// Refreshing, the emulated provider and the reader are three that want a core each; where there are fewer, the 99th percentile of a short
/// read is what the scheduler makes of that, whoever writes.
struct ReaderCore {
    /// Where taskset is (util-linux).
    private static let taskset = "/usr/bin/taskset"

    /// The last one.
    private let number: Int

    /// - Returns: nil where there is one core alone, or no way to choose.
    init?() {
        let count = ProcessInfo.processInfo.activeProcessorCount
        guard count > 1, FileManager.default.isExecutableFile(atPath: Self.taskset) else { return nil }
        number = count - 1
    }

    /// Leaves the core to who reads.
    ///
    /// - Parameters:
    ///   - others: the processes that keep away from it, with their threads.
    ///   - body: what to do meanwhile.
    /// - Returns: what the body returns.
    /// - Throws: ``BenchError/childFailed(_:)`` if a process can't be placed, and what the body throws.
    func kept<Result>(from others: [Int32], _ body: () async throws -> Result) async throws -> Result {
        for process in others { try place(process, "0-\(number - 1)") }
        defer { for process in others { try? place(process, "0-\(number)") } }
        return try await body()
    }

    /// How a program is started on it.
    func command(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        (Self.taskset, ["--cpu-list", "\(number)", program] + arguments)
    }

    private func place(_ process: Int32, _ cores: String) throws {
        let placing = Process()
        placing.executableURL = URL(fileURLWithPath: Self.taskset)
        placing.arguments = ["--all-tasks", "--cpu-list", "--pid", cores, "\(process)"]
        placing.standardOutput = FileHandle.nullDevice
        try placing.run()
        placing.waitUntilExit()
        guard placing.terminationStatus == 0 else { throw BenchError.childFailed(placing.terminationStatus) }
    }
}
