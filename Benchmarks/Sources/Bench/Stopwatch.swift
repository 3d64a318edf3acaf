// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Times that are taken in turns, so that what else the machine does meets both alike.
enum Stopwatch {
    /// How long something takes, in seconds.
    static func time(_ body: () async throws -> Void) async rethrows -> Double {
        let clock = ContinuousClock()
        let began = clock.now
        try await body()
        return began.duration(to: clock.now) / .seconds(1)
    }

    /// Runs both `rounds` times in turns.
    ///
    /// - Returns: the median time of each, in seconds.
    static func turns(
        _ rounds: Int, _ measured: () async throws -> Void, against reference: () async throws -> Void
    ) async rethrows -> (measured: Double, reference: Double) {
        var first: [Double] = []
        var second: [Double] = []
        for _ in 0..<rounds {
            first.append(try await time(measured))
            second.append(try await time(reference))
        }
        return (median(first), median(second))
    }

    private static func median(_ times: [Double]) -> Double {
        let sorted = times.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}
