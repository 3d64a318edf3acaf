// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What was measured of refreshes and of reads beside them, as a line from one process to another.
struct OverheadFigures: Codable {
    /// Seconds that the refreshes took.
    var drainSeconds = 0.0
    /// How many there were.
    var drainCount = 0
    /// The same while values were read.
    var busySeconds = 0.0
    /// How many there were.
    var busyCount = 0
    /// Seconds that the HTTP client took alone.
    var plainSeconds = 0.0
    /// How many requests it sent.
    var plainCount = 0
    /// Seconds of each read while nothing else was done.
    var quiet: [Double] = []
    /// Seconds of each read while connections were refreshed.
    var busy: [Double] = []
    /// Seconds of each read while the HTTP client sent its requests and nobody wrote into the vault.
    var loaded: [Double] = []

    /// The time that so many of all reads did not exceed.
    static func percentile(_ part: Double, of times: [Double]) -> Double {
        let sorted = times.sorted()
        return sorted.isEmpty ? .nan : sorted[min(Int(Double(sorted.count) * part), sorted.count - 1)]
    }

    /// Takes what another process printed.
    init(line: String) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
    }

    /// Nothing yet.
    init() {}

    /// The line.
    var line: String {
        get throws { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }
    }
}
