// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import Synchronization

/// One agent of the row `fleet`: watches, as `coffer agent` does, and says how many connections it has refreshed when it is asked.
enum FleetAgent {
    /// What it says when the others know of it.
    static let readyMark = "ready"

    /// What ends a watch that has looked once.
    private struct HasLooked: Error {}

    /// How many it has refreshed.
    private final class Count: Sendable {
        let refreshed = Atomic(0)
    }

    /// What that process does: from the first line of its input to the last everything is due, and each further line is answered with the count.
    ///
    /// - Parameters:
    ///   - keeper: refreshes.
    ///   - time: makes everything due.
    ///   - day: the day on which that is, which no agent before has seen.
    /// - Throws: what keeps it from looking for the first time.
    static func run(_ keeper: Keeper, _ time: ErrandTime, day: Int) async throws {
        time.pass(days: day - 1)
        // Agents divide what is due by how many of them have looked: the first would take everything, and the others look again in 15 s.
        do { try await keeper.watch { try endFirstLook($0) } } catch is HasLooked {}
        say(readyMark)
        guard readLine() != nil else { return }
        time.pass(days: 1)
        let count = Count()
        let watch = Task { try await keeper.watch { take($0, count) } }
        Thread.detachNewThread {
            while readLine() != nil { say("\(count.refreshed.load(ordering: .relaxed))") }
            watch.cancel()
        }
        try await watch.value
        await keeper.windDown()
        await keeper.landed()
    }

    private static func endFirstLook(_ event: WatchEvent) throws {
        switch event {
        case .trouble(let error): throw error
        case .load: throw HasLooked()
        case .ended, .clockSet: break
        }
    }

    private static func take(_ event: WatchEvent, _ count: Count) {
        switch event {
        case .ended(let line):
            if line.outcome == .refreshed { count.refreshed.wrappingAdd(1, ordering: .relaxed) }
            if let failure = line.failure { Progress.note("\(line.path): \(failure)") }
        case .trouble(let error): Progress.note("\(error)")
        case .load, .clockSet: break
        }
    }

    private static func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }
}
