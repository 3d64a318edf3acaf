// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// The values of one metric with one set of labels.
final class MetricSeries: CounterHandler, RecorderHandler, TimerHandler {
    /// What is known of it.
    struct Values: Sendable {
        /// How many were recorded, or how far it was counted.
        var count: Int64 = 0
        /// All that was recorded, added up.
        var sum = 0.0
        /// What was recorded last.
        var last = 0.0
        /// How many were at most as large as each bound of ``MetricSeries/bounds``.
        var below: [Int64]
    }

    /// The bounds of the buckets of a length of time, in seconds: from an answer out of memory to a token request that was given up.
    static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    /// Its kind.
    let kind: MetricText.Kind
    private let state: Mutex<Values>

    /// Begins at zero.
    init(_ kind: MetricText.Kind) {
        self.kind = kind
        state = Mutex(Values(below: kind == .histogram ? [Int64](repeating: 0, count: Self.bounds.count) : []))
    }

    /// The values now.
    var values: Values { state.withLock { $0 } }

    func increment(by amount: Int64) {
        state.withLock { $0.count &+= amount }
    }

    func reset() {
        state.withLock { $0.count = 0 }
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        state.withLock { state in
            state.count &+= 1
            state.sum += value
            state.last = value
            for index in state.below.indices where value <= Self.bounds[index] { state.below[index] &+= 1 }
        }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
