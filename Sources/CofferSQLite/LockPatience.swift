// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// How one connection waits for locks that others have: for a bounded time, and looking again often.
///
/// SQLite's own handler sleeps for up to 100 ms between two looks (sqlite3_busy_timeout), ten times as long as a commit takes. Only
/// one waits for the write lock at a time (``WriterTurn``), so that looking often costs little. Used on the connection's queue alone.
final class LockPatience: Sendable {
    /// The pause between two looks at SQLite's locks, in microseconds: a tenth of a commit.
    static let longest: UInt32 = 500
    /// The same for the turn, for which many may wait.
    static let longestForTurn: UInt32 = 4000

    /// Pauses are thousandths of this: who was away for longer between two looks stood still, and waited for nobody.
    private static let standstill = Duration.seconds(1)

    /// How many times its length a wait takes at most, with what the process stood still: every wait ends, also where each look takes long.
    private static let most = 12.0

    private struct Wait {
        var end: ContinuousClock.Instant
        let latest: ContinuousClock.Instant
        var looked: ContinuousClock.Instant
        var isBegun: Bool

        init(of limit: Duration, from now: ContinuousClock.Instant, isBegun: Bool) {
            (end, latest, looked) = (now + limit, now + limit * LockPatience.most, now)
            self.isBegun = isBegun
        }
    }

    private let limit: Duration
    private let wait: Mutex<Wait>
    private let isOff = Atomic(false)

    /// - Parameter seconds: How long is waited, for the turn and the lock together.
    init(seconds: Double) {
        limit = .seconds(seconds)
        wait = Mutex(Wait(of: limit, from: .now, isBegun: false))
    }

    /// Begins a wait of several parts, which share the time until ``finish()``.
    func begin() { wait.withLock { $0 = Wait(of: limit, from: .now, isBegun: true) } }

    /// Ends it.
    func finish() { wait.withLock { $0.isBegun = false } }

    /// Waits for nobody while a body runs.
    func off(_ body: () -> Void) {
        isOff.store(true, ordering: .relaxed)
        body()
        isOff.store(false, ordering: .relaxed)
    }

    /// Pauses before the next look.
    ///
    /// - Parameters:
    ///   - tries: How often was looked in vain before; the first one of a wait that nobody began begins it.
    ///   - longest: The longest pause.
    /// - Returns: whether it is worth a look: false once the time is over.
    func waits(_ tries: Int, atMostMicroseconds longest: UInt32 = longest) -> Bool {
        guard !isOff.load(ordering: .relaxed) else { return false }
        let isOver = wait.withLock { wait in
            let now = ContinuousClock.now
            let away = wait.looked.duration(to: now)
            wait.looked = now
            if tries == 0, !wait.isBegun {
                wait = Wait(of: limit, from: now, isBegun: false)
            } else if tries > 0, away > Self.standstill {
                wait.end = min(wait.end + away, wait.latest)
            }
            return wait.end <= now
        }
        if isOver { return false }
        usleep(min(100 << UInt32(min(tries, 10)), longest))
        return true
    }
}
