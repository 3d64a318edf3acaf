// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What is refreshed when, over many grants: pure, told the time and what happened, asked for the next action.
///
/// What is due is told by the wall clock, since expiry is; everything else, how long is waited after a failure or until the
/// next look, by the monotonic one. So a clock that is set makes the schedule look again, and nothing start twice.
///
/// Grants wait in lanes, one for each provider, and each lane has only so many under way: what hangs fills its own lane.
package struct RefreshSchedule: Sendable {
    /// How often is looked for what others have changed: 15 s.
    package static let scanInterval = Duration.seconds(15)

    /// How many of a lane are under way: twice as many as may present a token to one provider, so that one waits at the gate
    /// whenever there is room.
    package static let laneWidth = 16

    /// By how much the wall clock may leave the monotonic one before it counts as set: 30 s.
    private static let jumpTolerance = 30.0

    /// How long nothing that is due starts after the clock was set forward: 30 s.
    ///
    /// A clock that is wrong for a moment, as after
    /// the start of a machine, then costs nothing.
    package static let settlingTime = Duration.seconds(30)

    private struct Lane {
        var waiting: [Item] = []
        var running = 0
        var restsUntil = Duration.zero
    }

    private var lanes: [String: Lane] = [:]
    private var turn: [String] = []
    private var running: [GrantID: (lane: String, isWished: Bool)] = [:]
    private var resting: [GrantID: Rest] = [:]
    /// What is due and rests, the one that rests the longest first.
    private var parked: [(until: Duration, item: Item)] = []
    private var nextScan = Duration.zero
    private var settlesUntil = Duration.zero
    private var before: Moment?
    /// By how much the wall clock was set, if it was since the last time anybody asked.
    private var jump: Double?

    /// A schedule that knows nothing yet.
    package init() {}

    /// How many are under way.
    package var runningCount: Int { running.count }

    /// How many are due and have not begun.
    package var waitingCount: Int { lanes.values.reduce(parked.count) { $0 + $1.waiting.count } }

    // MARK: - What happened

    /// Takes what a look has found; what is no longer in it has ended elsewhere.
    ///
    /// - Parameters:
    ///   - items: all that is due now, as far as it was looked at.
    ///   - nextDue: when the next one will be due.
    ///   - isWhole: whether the look saw everything; otherwise it goes on as soon as there is nothing better to do.
    ///   - rest: how long after `now` it does not, all the same.
    ///   - now: the moment *by* which was looked: what has come due while the look went on is found by the next.
    package mutating func found(
        _ items: [Item], nextDue: Date?, isWhole: Bool, restAfter rest: Duration = .zero, at now: Moment
    ) {
        // What was found by another clock is looked for again.
        guard !notice(now) else { return }
        forgetWaiting()
        for item in items where running[item.order.id] == nil {
            if let rest = resting[item.order.id], rest.until > now.elapsed,
                rest.holdsWishes || item.order.demand == .due
            {
                parked.append((rest.until, item))
                lanes[item.lane, default: Lane()].waiting += []
            } else {
                lanes[item.lane, default: Lane()].waiting.append(item)
            }
        }
        // The latest first, so that the earliest is taken off the end; what somebody waits for is the earliest of all.
        lanes = lanes.mapValues { lane in
            var lane = lane
            lane.waiting = Item.latestFirst(lane.waiting)
            return lane
        }
        parked.sort { $0.until > $1.until }
        let listed = Set(items.map(\.order.id))
        if isWhole { resting = resting.filter { $0.value.until > now.elapsed && listed.contains($0.key) } }
        turn = lanes.keys.sorted()
        nextScan = now.elapsed + (isWhole ? Self.scanInterval : min(rest, Self.scanInterval))
        if isWhole, let nextDue {
            let seconds = min(max(nextDue.timeIntervalSince(now.date), 0), Self.scanInterval / .seconds(1))
            nextScan = min(nextScan, now.elapsed + max(.seconds(seconds), .milliseconds(50)))
        }
    }

    /// A look has failed: what was known holds, and what rests goes on resting.
    package mutating func lookFailed(at now: Moment) {
        notice(now)
        nextScan = now.elapsed + Self.scanInterval
    }

    /// Something was changed that may be due or wished for now.
    package mutating func changed(at now: Moment) {
        nextScan = min(nextScan, now.elapsed)
    }

    /// Takes how a refresh ended.
    ///
    /// - Parameters:
    ///   - id: the grant.
    ///   - rest: how long it is not started again; nil where it is not due any more.
    ///   - laneRest: how long nothing of its lane is.
    ///   - now: the moment.
    package mutating func ended(_ id: GrantID, rest: Duration?, laneRest: Duration? = nil, at now: Moment) {
        notice(now)
        guard let (lane, isWished) = running.removeValue(forKey: id) else { return }
        lanes[lane]?.running -= 1
        if let rest { resting[id] = Rest(until: now.elapsed + rest, holdsWishes: isWished) }
        if let laneRest {
            let until = max(lanes[lane]?.restsUntil ?? .zero, now.elapsed + laneRest)
            lanes[lane]?.restsUntil = until
        }
    }

    /// By how many seconds the wall clock was set since this was last asked; nil if it was not.
    package mutating func takeJump() -> Double? {
        defer { jump = nil }
        return jump
    }

    // MARK: - What to do

    /// The next action.
    package mutating func next(at now: Moment) -> Action {
        notice(now)
        let orders = startable(at: now)
        if !orders.isEmpty { return .start(orders) }
        if nextScan <= now.elapsed {
            nextScan = now.elapsed + Self.scanInterval
            return .scan
        }
        let waits = [nextScan, settlesUntil] + parked.suffix(1).map(\.until) + lanes.values.map(\.restsUntil)
        return .wait((waits.filter { $0 > now.elapsed }.min() ?? nextScan) - now.elapsed)
    }

    private mutating func startable(at now: Moment) -> [RefreshOrder] {
        while let first = parked.last, first.until <= now.elapsed {
            parked.removeLast()
            lanes[first.item.lane]?.waiting.append(first.item)
        }
        var orders: [RefreshOrder] = []
        for name in turn {
            guard let lane = lanes[name], lane.restsUntil <= now.elapsed else { continue }
            for _ in 0..<max(Self.laneWidth - lane.running, 0) {
                guard let item = takeNext(of: name, at: now) else { break }
                lanes[name]?.running += 1
                running[item.order.id] = (name, item.order.demand != .due)
                orders.append(item.order)
            }
        }
        return orders
    }

    private mutating func takeNext(of name: String, at now: Moment) -> Item? {
        if settlesUntil <= now.elapsed { return lanes[name]?.waiting.popLast() }
        // What somebody waits for does not wait for the clock.
        guard let index = lanes[name]?.waiting.lastIndex(where: { $0.order.demand != .due }) else { return nil }
        return lanes[name]?.waiting.remove(at: index)
    }

    /// What was due by the clock from before may not be due by this one.
    private mutating func forgetWaiting() {
        for name in lanes.keys { lanes[name]?.waiting = [] }
        parked = []
    }

    /// Compares the clocks.
    ///
    /// - Returns: whether one was set.
    @discardableResult
    private mutating func notice(_ now: Moment) -> Bool {
        defer { before = now }
        guard let before else { return false }
        let drift = now.date.timeIntervalSince(before.date) - (now.elapsed - before.elapsed) / .seconds(1)
        guard abs(drift) > Self.jumpTolerance else { return false }
        jump = (jump ?? 0) + drift
        nextScan = now.elapsed
        settlesUntil = drift > 0 ? now.elapsed + Self.settlingTime : .zero
        forgetWaiting()
        return true
    }
}
