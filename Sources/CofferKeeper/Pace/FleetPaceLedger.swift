// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Synchronization

/// Places under rate limits that all machines on a vault share, in rows of its database.
///
/// A row is one bucket, and what it becomes is worked out here and put in its place if nobody else was quicker, as with the cells of one
/// machine. Time is the database's: machines agree about nothing else. Who can't reach it counts for itself for a while.
final class FleetPaceLedger: PaceLedger {
    /// How often a place is tried for that others take first.
    private static let attempts = 16

    /// For how long nobody asks again after the database did not answer: 5 s.
    private static let rest = Duration.seconds(5)

    /// The row in which refusals are counted; no bucket has that name.
    private static let refusalRow: UInt64 = 0

    private let paces: any SharedPaces
    private let elapsed: @Sendable () -> Duration
    private let own: MemoryPaceLedger
    private let sharing: PaceSharing
    private let restsUntil = Mutex(Duration.zero)

    /// A ledger.
    ///
    /// - Parameters:
    ///   - clock: What is waited on.
    ///   - paces: What the machines share.
    ///   - say: Told why nothing is shared, or nil that it is: at first, and when it has changed.
    init(clock: any Clock<Duration>, paces: any SharedPaces, say: @escaping @Sendable (String?) -> Void) {
        let elapsed = clock.stopwatch()
        self.paces = paces
        self.elapsed = elapsed
        own = MemoryPaceLedger(elapsed: elapsed)
        sharing = PaceSharing(say)
    }

    func take(_ bucket: PaceBucket, room: Duration, within longest: Duration) -> PaceTicket {
        let pace = RequestPace(bucket)
        let ticket = changing(Self.name(of: bucket)) { seen, now -> (StoredPace?, PaceTicket)? in
            // Nobody was refused where no limit is stated.
            guard seen != nil || bucket.limit != nil else { return nil }
            var next = seen ?? StoredPace()
            let before = PaceTable.duration(next.fullAt)
            let place = pace.kept(to: next.figures, at: now)
                .place(fullAt: before, slowness: PaceTable.slowness(next.slowness), room: room, at: now)
            guard place.wait <= longest else { return (nil, PaceTicket(wait: place.wait, stretch: nil)) }
            next.figures = next.figures.used(by: pace, at: now)
            next.fullAt = PaceTable.number(place.fullAt)
            return (next, PaceTicket(wait: place.wait, stretch: .init(from: before, to: place.fullAt)))
        }
        return ticket ?? own.take(bucket, room: room, within: longest)
    }

    func giveBack(_ ticket: PaceTicket, to bucket: PaceBucket) {
        guard let stretch = ticket.stretch else { return }
        let isGivenBack = changing(Self.name(of: bucket)) { seen, _ -> (StoredPace?, Bool)? in
            guard var next = seen, next.fullAt == PaceTable.number(stretch.after) else { return (nil, false) }
            next.fullAt = PaceTable.number(stretch.before)
            return (next, true)
        }
        if isGivenBack != true { own.giveBack(ticket, to: bucket) }
    }

    func slowDown(_ bucket: PaceBucket, pause: Duration?) -> Int {
        let pace = RequestPace(bucket)
        let factor = changing(Self.name(of: bucket)) { seen, now -> (StoredPace?, Int)? in
            var next = seen ?? StoredPace()
            let slowness = PaceTable.slowness(next.slowness).refused(at: now)
            next.slowness = PaceTable.number(slowness)
            if let pause {
                let closed = pace.kept(to: next.figures, at: now)
                    .pausing(fullAt: PaceTable.duration(next.fullAt), for: pause, at: now)
                next.fullAt = PaceTable.number(closed)
            }
            return (next, slowness.factor(at: now))
        }
        guard let factor else { return own.slowDown(bucket, pause: pause) }
        _ = changing(Self.refusalRow) { seen, _ -> (StoredPace?, Bool)? in
            var next = seen ?? StoredPace()
            next.fullAt = next.fullAt &+ 1 & Self.countMask
            return (next, true)
        }
        return factor
    }

    var refusals: Int {
        let count = changing(Self.refusalRow) { seen, _ -> (StoredPace?, Int)? in
            (nil, Int((seen?.fullAt ?? 0) & Self.countMask))
        }
        return count ?? own.refusals
    }

    /// What of a number is a count: whatever lies there, it is none below zero.
    private static let countMask = UInt64.max >> 1

    private static func name(of bucket: PaceBucket) -> UInt64 { PaceTable.name(of: bucket, at: 0) }

    /// Works out what a row becomes and puts that there; again where another machine was quicker.
    ///
    /// - Parameters:
    ///   - name: Which row.
    ///   - body: Given the row and the time; gives the new row, nil to leave it, and a value.
    /// - Returns: the value; nil where the body gave none, or nothing is shared at this moment.
    private func changing<Value>(
        _ name: UInt64, _ body: (StoredPace?, Duration) -> (StoredPace?, Value)?
    ) -> Value? {
        guard restsUntil.withLock({ $0 }) <= elapsed() else { return nil }
        do {
            for _ in 0..<Self.attempts {
                let (seen, now) = try paces.pace(name)
                sharing.tell(nil)
                guard let (desired, value) = body(seen, now) else { return nil }
                guard let desired else { return value }
                if try paces.exchange(name, seen, desired) { return value }
            }
        } catch {
            let end = elapsed() + Self.rest
            restsUntil.withLock { $0 = end }
            sharing.tell("\(error)")
        }
        return nil
    }
}

extension StoredPace {
    /// The strictest figures among those who use the bucket.
    fileprivate var figures: PaceFigures {
        get {
            PaceFigures(
                step: PaceTable.duration(step), tolerance: PaceTable.duration(tolerance),
                until: PaceTable.duration(until))
        }
        set {
            step = PaceTable.number(newValue.step)
            tolerance = PaceTable.number(newValue.tolerance)
            until = PaceTable.number(newValue.until)
        }
    }
}
