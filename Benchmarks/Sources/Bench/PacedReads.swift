// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import Synchronization

/// Reads of another process while something is done, one every few milliseconds: a program that asks now and then, and does nothing between.
struct PacedReads {
    /// How long it waits between two reads.
    private static let pause = Duration.milliseconds(5)

    private let companion: Companion

    /// Starts the process that reads.
    ///
    /// - Parameters:
    ///   - folder: where the vault lies.
    ///   - core: what it has to itself.
    /// - Throws: what keeps it from starting.
    init(in folder: String, on core: ReaderCore?) throws { companion = try Companion(.read, in: folder, on: core) }

    /// Has it read while something is done.
    ///
    /// - Returns: what that gave, and how many seconds each read took.
    func during<Result>(_ body: () async throws -> Result) async throws -> (Result, [Double]) {
        try companion.tell()
        let result = try await body()
        try companion.tell()
        return (result, try await companion.line().split(separator: " ").compactMap { Double($0) })
    }

    /// Ends the process.
    func end() { companion.end() }

    /// Whether it was told to stop.
    private final class Stop: Sendable {
        let isTold = Atomic(false)
    }

    /// What that process does: reads from one line of its input to the next, and prints how long each took.
    static func run(_ keeper: Keeper) async throws {
        while readLine() != nil {
            let stop = Stop()
            Thread.detachNewThread {
                _ = readLine()
                stop.isTold.store(true, ordering: .relaxed)
            }
            var times: [Double] = []
            while !stop.isTold.load(ordering: .relaxed) {
                let path = try ProviderWorld.path("drain\(Int.random(in: 0..<OverheadRun.accountCount))")
                times.append(try await Stopwatch.time { _ = try await keeper.get(path, field: "access_token") })
                try await Task.sleep(for: pause)
            }
            print(times.map { String($0) }.joined(separator: " "))
            fflush(nil)
        }
    }
}
