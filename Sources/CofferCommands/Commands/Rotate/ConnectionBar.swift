// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How far a rotation is with its connections, as a bar with rate and remaining time: of the reissue, then of the questions about tokens.
///
/// The rate is that of this run alone: what was done before it was resumed took no time now. In a drill whose waits are passed
/// over it is that of the drill.
final class ConnectionBar: Sendable {
    /// What is done to many connections, one after the other.
    private struct Stretch {
        let title: String
        /// Whether all connections are counted, and not those of this stretch.
        let countsAll: Bool
        let total: Int
        let startedAt: Date
        var count = 0
    }

    private static let width = 20

    private let now: @Sendable () -> Date
    private let stretch = Mutex<Stretch?>(nil)

    /// Begins.
    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// Takes what is begun; nothing where it is not about many connections.
    func begin(_ action: RotationAction) {
        let begun: Stretch? =
            switch action {
            case .reissue(let connections, let isRetry):
                Stretch(
                    title: isRetry ? "trying again" : "reissuing", countsAll: !isRetry, total: connections.count,
                    startedAt: now())
            case .proveTokens(let connections), .proveLeft(let connections):
                Stretch(title: "asking about tokens", countsAll: false, total: connections.count, startedAt: now())
            default: nil
            }
        if let begun { stretch.withLock { $0 = begun } }
    }

    /// Counts one connection more.
    ///
    /// - Parameters:
    ///   - done: how many have been handled by now, also before this run.
    ///   - all: how many there are.
    /// - Returns: the bar.
    func next(done: Int, of all: Int) -> String {
        let present = now()
        return stretch.withLock { stretch in
            stretch?.count += 1
            guard let stretch else { return "\(done) of \(all)" }
            let seconds = present.timeIntervalSince(stretch.startedAt)
            return Self.text(
                stretch.title, stretch.countsAll ? done : stretch.count, of: stretch.countsAll ? all : stretch.total,
                rate: seconds > 0 ? Double(stretch.count) / seconds : nil)
        }
    }

    /// `reissuing [##########          ] 5000 of 10000, 7.0 a second, 11m 54s left`.
    ///
    /// - Parameters:
    ///   - title: what is done.
    ///   - count: to how many it is done.
    ///   - total: to how many it is to be done.
    ///   - rate: how many a second; nil while nobody can say.
    /// - Returns: the line.
    static func text(_ title: String, _ count: Int, of total: Int, rate: Double?) -> String {
        let filled = min(max(count, 0) * width / max(total, 1), width)
        let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: width - filled)
        let text = "\(title) [\(bar)] \(count) of \(total)"
        guard let rate, rate > 0, rate.isFinite else { return text }
        // Bounded, so that no clock makes a conversion trap.
        let left = min(Double(max(total - count, 0)) / rate, 1e9)
        let tenths = Int((min(rate, 1e6) * 10).rounded())
        return text + ", \(tenths / 10).\(tenths % 10) a second, \(Timestamp.elapsed(left.rounded(.up))) left"
    }
}
