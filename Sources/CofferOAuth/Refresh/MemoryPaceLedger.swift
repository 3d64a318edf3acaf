// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Places under rate limits for this process alone.
package final class MemoryPaceLedger: PaceLedger {
    private struct Entry {
        var fullAt = Duration.zero
        var slowness = PaceSlowness.none
        var figures = PaceFigures.none
    }

    private struct State {
        var entries: [PaceBucket: Entry] = [:]
        var refusals = 0
    }

    /// What is idle is forgotten beyond so many buckets: limits may be those of accounts, and accounts are many.
    private static let roomy = 4096

    private let elapsed: @Sendable () -> Duration
    private let state = Mutex(State())

    /// A ledger with nothing taken.
    ///
    /// - Parameter elapsed: monotonic time since any fixed moment.
    package init(elapsed: @escaping @Sendable () -> Duration) {
        self.elapsed = elapsed
    }

    /// A ledger by a clock.
    package convenience init(clock: any Clock<Duration>) {
        self.init(elapsed: clock.stopwatch())
    }

    package func take(_ bucket: PaceBucket, room: Duration, within longest: Duration) -> PaceTicket {
        let pace = RequestPace(bucket)
        return state.withLock { state in
            let now = elapsed()
            var entry = state.entries[bucket] ?? Entry()
            let before = entry.fullAt
            let place = pace.kept(to: entry.figures, at: now)
                .place(fullAt: before, slowness: entry.slowness, room: room, at: now)
            guard place.wait <= longest else { return PaceTicket(wait: place.wait, stretch: nil) }
            if state.entries.count >= Self.roomy {
                state.entries = state.entries.filter { $0.value.fullAt > now || $0.value.slowness.isInForce(at: now) }
            }
            entry.fullAt = place.fullAt
            entry.figures = entry.figures.used(by: pace, at: now)
            state.entries[bucket] = entry
            return PaceTicket(wait: place.wait, stretch: .init(from: before, to: place.fullAt))
        }
    }

    package func giveBack(_ ticket: PaceTicket, to bucket: PaceBucket) {
        guard let stretch = ticket.stretch else { return }
        state.withLock { state in
            if state.entries[bucket]?.fullAt == stretch.after { state.entries[bucket]?.fullAt = stretch.before }
        }
    }

    package func slowDown(_ bucket: PaceBucket, pause: Duration?) -> Int {
        let pace = RequestPace(bucket)
        return state.withLock { state in
            let now = elapsed()
            var entry = state.entries[bucket] ?? Entry()
            entry.slowness = entry.slowness.refused(at: now)
            if let pause {
                let kept = pace.kept(to: entry.figures, at: now)
                entry.fullAt = kept.pausing(fullAt: entry.fullAt, for: pause, at: now)
            }
            state.entries[bucket] = entry
            state.refusals += 1
            return entry.slowness.factor(at: now)
        }
    }

    package var refusals: Int { state.withLock { $0.refusals } }
}
