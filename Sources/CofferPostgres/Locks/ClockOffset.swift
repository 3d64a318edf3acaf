// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How far the server's clock is ahead of this machine's, as one answer of its shows.
enum ClockOffset {
    /// What counts as none: clocks that are kept agree better.
    private static let tolerated = Duration.seconds(-2)...Duration.seconds(2)

    /// This machine's time since 1970.
    static func wallClock() -> Duration { .seconds(Date().timeIntervalSince1970) }

    /// Compares times since 1970.
    ///
    /// - Parameters:
    ///   - asked: This machine's when the server was asked.
    ///   - answered: This machine's when it had answered.
    ///   - server: What it answered; it was so at some moment between the two.
    /// - Returns: the offset, at least; zero for a small one.
    static func between(asked: Duration, answered: Duration, server: Duration) -> Duration {
        let offset: Duration =
            if server < asked { server - asked } else if server > answered { server - answered } else { .zero }
        return tolerated.contains(offset) ? .zero : offset
    }
}
