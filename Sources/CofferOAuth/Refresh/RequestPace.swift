// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How far apart requests under one rate limit are: pure arithmetic (the generic cell rate algorithm, ITU-T I.371).
///
/// A bucket is told by one moment, the one at which it is full again. Each request moves it by `interval / amount`; a
/// request waits until that moment is no further away than `burst` allows. A bucket that nobody has used for a while and
/// one that nobody has ever used are the same, so that the number may be forgotten once it has passed.
package struct RequestPace: Sendable, Equatable {
    /// A place among the requests.
    package struct Place: Sendable, Equatable {
        /// How long to wait for it.
        package let wait: Duration
        /// When the bucket is full again if the place is taken.
        package let fullAt: Duration
    }

    /// The longest that a bucket of several accounts is closed because a server said so: 60 s.
    ///
    /// What the server refused keeps its own, longer cool-down. Whether others are meant too it does not say, so that one
    /// of them asks again after a minute, at a lower pace.
    package static let longestPause = Duration.seconds(60)

    /// No place is ever given that far away: 1 h.
    private static let longestPatience = Duration.seconds(3600)

    /// What is kept back of a large bucket: a twentieth, since what leaves here evenly arrives less so.
    private static let keptBack = 20

    /// The least lateness that is forgiven: 20 ms, half of what amoCRM's pace leaves of a second.
    ///
    /// The other half is for the way to the server.
    private static let leastLateness = Duration.milliseconds(20)

    /// The most that is kept free behind a place for one that comes late: 10 s.
    ///
    /// Of the limit that costs the others much. With less, a process that is always woken later would never send at all.
    private static let longestRoom = Duration.seconds(10)

    /// How far apart requests are when nobody bursts.
    private(set) var step: Duration
    /// How far ahead of that they may come.
    private(set) var tolerance: Duration
    private let forgiven: Duration
    /// Whether the provider states a limit; without one nothing is held back until it says "too many".
    let isStated: Bool
    private let longestPause: Duration

    /// How much slower than by its own figures a process goes at most because of another's: to an eighth, as after refusals.
    ///
    /// What lies in a file may be made up.
    private static let mostSlower = 8

    /// How far ahead of what a limit allows anybody is given a place, or a server closes one account's bucket.
    static let longestAhead = max(longestPatience, CoolDown.longestRetryAfter) + longestRoom

    /// The pace of a bucket.
    package init(_ bucket: PaceBucket) {
        self.init(bucket.limit, isOneAccounts: bucket.isOneAccounts)
    }

    /// The pace of a limit; one that says nothing sensible is taken as one at a time.
    ///
    /// - Parameters:
    ///   - limit: what the provider states.
    ///   - isOneAccounts: whether only one account's requests are counted together: then a server's wish is meant for all of
    ///     them, and holds for as long as anybody's does.
    package init(_ limit: RateLimit?, isOneAccounts: Bool = false) {
        isStated = limit != nil
        longestPause = isOneAccounts ? CoolDown.longestRetryAfter : Self.longestPause
        // Without a limit, what is asked after a 429: one a second.
        step = limit.map { max($0.interval, .zero) / max($0.amount, 1) } ?? .seconds(1)
        let burst = max(limit?.burst ?? 1, 1)
        tolerance = step * (burst - 1 - burst / Self.keptBack)
        // What is late by so much makes a burst as much larger (ITU-T I.371: the cell delay variation tolerance).
        forgiven = max(step * (burst / Self.keptBack) / 2, Self.leastLateness)
    }

    /// This pace, with the stricter figures of others who use the bucket.
    package func kept(to figures: PaceFigures, at now: Duration) -> RequestPace {
        guard isStated, figures.isInForce(at: now) else { return self }
        var kept = self
        kept.step = max(step, min(figures.step, step * Self.mostSlower))
        kept.tolerance = min(tolerance, figures.tolerance)
        return kept
    }

    /// How far away the moment may lie at which the bucket is full again; what lies further away is none of ours.
    ///
    /// Of a moment that another start of the machine has left, nobody is held up for longer than by one of ours.
    package var reach: Duration { tolerance + step * 8 + Self.longestRoom + max(patience, longestPause) }

    /// The longest that a place is waited for: 2 min, and 32 steps for those who came before.
    package var patience: Duration { min(.seconds(120) + step * 32, Self.longestPatience) }

    /// How far ahead places are taken by those who wait in a line of their own: 16 steps, between 5 and 20 s.
    ///
    /// A token request takes any place, so that it is never further behind them than that; and those in the lines find room
    /// although two processes present eight tokens at once.
    package var nearness: Duration { min(max(step * 16, .seconds(5)), .seconds(20)) }

    /// How late a request may come to a place that it waited for so long; nil where nobody minds.
    ///
    /// Where requests go one by one, the first counts as much as those that wait. In a bucket with room nobody comes at a
    /// moment of their own, so that less than a step is no matter.
    func lateness(after wait: Duration) -> Duration? {
        if wait > .zero { return forgiven }
        guard isStated else { return nil }
        return tolerance > .zero ? max(forgiven, step) : forgiven
    }

    /// How much must be kept free behind the place of one that comes so late each time; nothing where it is forgiven.
    func room(for lateness: Duration) -> Duration {
        lateness > forgiven ? min(lateness * 3 / 2 - forgiven, Self.longestRoom) : .zero
    }

    /// The next place, which nobody has taken yet.
    ///
    /// - Parameters:
    ///   - fullAt: when the bucket is full again.
    ///   - slowness: what was made of the last "too many requests".
    ///   - room: what is kept free behind it.
    ///   - now: monotonic time since any fixed moment.
    /// - Returns: the place, and what the bucket is once it is taken.
    package func place(
        fullAt: Duration, slowness: PaceSlowness = .none, room: Duration = .zero, at now: Duration
    ) -> Place {
        guard isStated || slowness.isInForce(at: now) || fullAt > now else { return Place(wait: .zero, fullAt: .zero) }
        let factor = isStated ? slowness.factor(at: now) : 1
        // After a refusal nobody bursts; of a bucket from another start of the machine nothing is known.
        let hasBurst = factor == 1 && believes(fullAt, at: now)
        let known = believes(fullAt, at: now) ? fullAt : .zero
        let base = max(known, hasBurst ? now : now + tolerance)
        return Place(wait: max(base - tolerance - now, .zero), fullAt: base + step * factor + room)
    }

    /// When the bucket is full again if nothing may be sent for a while.
    package func pausing(fullAt: Duration, for pause: Duration, at now: Duration) -> Duration {
        let closed = now + tolerance + min(max(pause, .zero), longestPause)
        return believes(fullAt, at: now) ? max(fullAt, closed) : closed
    }

    private func believes(_ fullAt: Duration, at now: Duration) -> Bool {
        fullAt <= now + reach
    }
}
