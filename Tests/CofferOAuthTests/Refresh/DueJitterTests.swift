// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import CofferOAuth
@testable import CofferSandbox

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct `The order of what is due` {
    /// Chance that can be had again.
    private final class Chance: Sendable {
        private let generator: Mutex<SplitMix64>

        init(_ seed: UInt64) { generator = Mutex(SplitMix64(state: seed)) }

        func next() -> Double { generator.withLock { Double.random(in: 0..<1, using: &$0) } }
    }

    /// As far before or behind as chance can bring it.
    private func ranks(_ seconds: Double) -> ClosedRange<Date> {
        let (first, last) = (DueJitter(at: noon, random: { 0 }), DueJitter(at: noon, random: { 1 }))
        return first.rank(noon - seconds)...last.rank(noon - seconds)
    }

    @Test(arguments: [(100.0, 39.0), (3600.0, 3100.0), (86400.0, 75000.0), (0.0, -60.0)])
    func `has what is clearly more urgent first, whatever chance says`(_ longer: Double, _ shorter: Double) {
        #expect(ranks(longer).upperBound <= ranks(shorter).lowerBound)
    }

    @Test(arguments: [(100.0, 50.0), (3600.0, 3300.0), (86400.0, 78000.0)])
    func `is left to chance where that makes no difference`(_ longer: Double, _ shorter: Double) {
        #expect(ranks(longer).overlaps(ranks(shorter)))
    }

    @Test func `is its own in each process`() {
        let dates = (0..<100).map { noon - 600 - Double($0) / 10 }
        func order(_ seed: UInt64) -> [Date] {
            let chance = Chance(seed)
            let jitter = DueJitter(at: noon, random: { chance.next() })
            let ranked = dates.map { (date: $0, rank: jitter.rank($0)) }
            return ranked.sorted { $0.rank < $1.rank }.map(\.date)
        }
        #expect(order(1) != order(2))
        #expect(Set(order(1)) == Set(dates))
    }
}
