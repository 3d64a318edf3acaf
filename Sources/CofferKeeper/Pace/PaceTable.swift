// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault

/// The buckets as they lie in shared cells; the layout stands at ``SharedPaceLedger``.
struct PaceTable {
    /// A bucket's place in the cells.
    struct Slot: Equatable {
        fileprivate let name: Int
        fileprivate var fullAt: Int { name + 1 }
        fileprivate var slowness: Int { name + 2 }
        fileprivate var step: Int { name + 3 }
        fileprivate var tolerance: Int { name + 4 }
        fileprivate var until: Int { name + 5 }
    }

    private static let headCount = 8
    private static let slotSize = 6

    /// How many slots are looked at for a bucket; beyond them it is kept by the process alone.
    private static let probes = 16

    private let cells: any SharedCells

    /// The buckets in these cells.
    init(_ cells: any SharedCells) {
        self.cells = cells
    }

    /// How many refusals were counted.
    var refusals: Int { Int(truncatingIfNeeded: cells.load(0) & 0x7FFF_FFFF_FFFF_FFFF) }

    /// Counts a refusal.
    func countRefusal() { cells.add(0, 1) }

    // MARK: - Slots

    /// The slot of a bucket that has one.
    func find(_ bucket: PaceBucket) -> Slot? {
        let name = name(of: bucket)
        return places(of: name).first { cells.load($0) == name }.map(Slot.init)
    }

    /// The slot of a bucket, a free one if it has none; nil if all are in use.
    ///
    /// A slot is free if nobody waits for a place of its bucket: that bucket is full, and may be forgotten. Two processes
    /// may give one bucket two slots in the same moment; from then on both use the first.
    func slot(for bucket: PaceBucket, at now: Duration) -> Slot? {
        let name = name(of: bucket)
        for _ in 0..<Self.probes {
            let places = places(of: name)
            if let place = places.first(where: { cells.load($0) == name }) { return Slot(name: place) }
            guard let place = places.first(where: { isFree(Slot(name: $0), at: now) }) else { return nil }
            if cells.exchange(place, cells.load(place), name) {
                let slot = Slot(name: place)
                // What another bucket's users stated is nothing to this one's.
                set(slot.until, 0)
                return slot
            }
        }
        return nil
    }

    /// Whether a slot is still the bucket's: another process may have taken it for one of its own while it was free.
    func holds(_ slot: Slot, _ bucket: PaceBucket) -> Bool { cells.load(slot.name) == name(of: bucket) }

    private func places(of name: UInt64) -> [Int] {
        let count = (cells.count - Self.headCount) / Self.slotSize
        guard count > 0 else { return [] }
        return (0..<min(Self.probes, count)).map {
            Self.headCount + Int((name % UInt64(count) + UInt64($0)) % UInt64(count)) * Self.slotSize
        }
    }

    private func isFree(_ slot: Slot, at now: Duration) -> Bool {
        if cells.load(slot.name) == 0 { return true }
        let fullAt = Self.duration(cells.load(slot.fullAt))
        // What lies beyond the reach was left by another start of the machine, or by nobody of ours.
        return (fullAt <= now || fullAt - now > figures(of: slot).reach)
            && !Self.slowness(cells.load(slot.slowness)).isInForce(at: now)
    }

    private func name(of bucket: PaceBucket) -> UInt64 { Self.name(of: bucket, at: cells.machineStart) }

    /// The number that stands for a bucket since a start of the machine.
    ///
    /// FNV-1a (draft-eastlake-fnv §2): names meet by accident at worst, and then two buckets are one.
    static func name(of bucket: PaceBucket, at start: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ bytes: some Sequence<UInt8>) {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        func mix(_ number: UInt64) {
            mix((0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) })
        }
        // Not the limit's figures: whoever states them differently is to find the same bucket.
        mix(start)
        for part in bucket.name {
            mix(UInt64(part.utf8.count))
            mix(part.utf8)
        }
        return hash == 0 ? 1 : hash
    }

    // MARK: - Places

    /// Takes the next place, unless it is further away than told.
    func take(
        _ slot: Slot, _ pace: RequestPace, room: Duration, within longest: Duration, at now: Duration
    ) -> PaceTicket {
        while true {
            let seen = cells.load(slot.fullAt)
            let figures = figures(of: slot)
            let place = pace.kept(to: figures, at: now).place(
                fullAt: Self.duration(seen), slowness: Self.slowness(cells.load(slot.slowness)), room: room, at: now)
            guard place.wait <= longest else { return PaceTicket(wait: place.wait, stretch: nil) }
            // Whoever comes second takes the place behind.
            if cells.exchange(slot.fullAt, seen, Self.number(place.fullAt)) {
                note(figures.used(by: pace, at: now), in: slot)
                return PaceTicket(wait: place.wait, stretch: .init(from: Self.duration(seen), to: place.fullAt))
            }
        }
    }

    /// Gives a place back, if nobody has taken one since.
    ///
    /// - Returns: whether it did.
    func giveBack(_ stretch: PaceTicket.Stretch, to slot: Slot) -> Bool {
        cells.exchange(slot.fullAt, Self.number(stretch.after), Self.number(stretch.before))
    }

    /// Lowers the pace for a while.
    func slowDown(_ slot: Slot, _ pace: RequestPace, pause: Duration?, at now: Duration) -> Int {
        var factor = 1
        while true {
            let seen = cells.load(slot.slowness)
            let slowness = Self.slowness(seen).refused(at: now)
            factor = slowness.factor(at: now)
            if cells.exchange(slot.slowness, seen, Self.number(slowness)) { break }
        }
        while let pause {
            let seen = cells.load(slot.fullAt)
            let kept = pace.kept(to: figures(of: slot), at: now)
            let closed = kept.pausing(fullAt: Self.duration(seen), for: pause, at: now)
            if cells.exchange(slot.fullAt, seen, Self.number(closed)) { break }
        }
        return factor
    }

    // MARK: - Figures

    /// The strictest figures among those who use a slot.
    private func figures(of slot: Slot) -> PaceFigures {
        PaceFigures(
            step: Self.duration(cells.load(slot.step)), tolerance: Self.duration(cells.load(slot.tolerance)),
            until: Self.duration(cells.load(slot.until)))
    }

    /// Writes figures down, number by number: of two who do so at once either may be heard, and the stricter again with their
    /// next place.
    private func note(_ figures: PaceFigures, in slot: Slot) {
        set(slot.step, Self.number(figures.step))
        set(slot.tolerance, Self.number(figures.tolerance))
        set(slot.until, Self.number(figures.until))
    }

    private func set(_ cell: Int, _ number: UInt64) {
        let seen = cells.load(cell)
        if seen != number { _ = cells.exchange(cell, seen, number) }
    }

    // MARK: - Numbers

    /// A length of time as it is kept.
    static func duration(_ number: UInt64) -> Duration {
        .nanoseconds(Int64(clamping: number))
    }

    /// What is kept of a length of time: rounded up, for a place that is given a nanosecond early is too early.
    static func number(_ duration: Duration) -> UInt64 {
        let (seconds, attoseconds) = duration.components
        guard seconds >= 0, seconds < 1 << 32 else { return 0 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(max(attoseconds, 0) + 999_999_999) / 1_000_000_000
    }

    /// A slowness as it is kept.
    static func slowness(_ number: UInt64) -> PaceSlowness {
        PaceSlowness(until: duration(number & ~3), halvings: Int(number & 3))
    }

    /// What is kept of a slowness.
    static func number(_ slowness: PaceSlowness) -> UInt64 {
        number(slowness.until) & ~3 | UInt64(slowness.halvings)
    }
}
