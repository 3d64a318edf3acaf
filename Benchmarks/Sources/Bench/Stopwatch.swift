// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Times that are taken in turns, so that what else the machine does meets both alike.
enum Stopwatch {
    /// How long something takes, in seconds; what it gives is let go when the clock has stopped.
    static func time<Made>(_ body: () async throws -> Made) async rethrows -> Double {
        let clock = ContinuousClock()
        let began = clock.now
        let made = try await body()
        let time = began.duration(to: clock.now) / .seconds(1)
        withExtendedLifetime(made) {}
        return time
    }

    /// Runs both `rounds` times in turns.
    ///
    /// - Returns: the median time of each, in seconds.
    static func turns<Made, Other>(
        _ rounds: Int, _ measured: () async throws -> Made, against reference: () async throws -> Other
    ) async rethrows -> (measured: Double, reference: Double) {
        var first: [Double] = []
        var second: [Double] = []
        for _ in 0..<rounds {
            first.append(try await time(measured))
            second.append(try await time(reference))
        }
        return (median(first), median(second))
    }

    /// The middle one of some times.
    static func median(_ times: [Double]) -> Double {
        let sorted = times.sorted()
        return sorted.isEmpty ? .nan : sorted[sorted.count / 2]
    }
}
