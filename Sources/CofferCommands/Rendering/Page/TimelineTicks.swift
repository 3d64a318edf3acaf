// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The round times below a line: where they lie, and what is written there.
struct TimelineTicks: Sendable {
    /// One of them.
    struct Tick: Sendable {
        /// Where it lies, as a share of 100.
        let position: Double
        /// `0s`, `15m`, `2d`.
        let label: String
    }

    /// The ticks, the first at the beginning.
    let ticks: [Tick]

    /// The most intervals: six labels go side by side on the narrowest page.
    private static let maximumCount = 5

    /// Round lengths, in seconds, up to a day.
    private static let lengths: [Double] = [
        0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
    ]

    /// Finds the shortest round interval of which few go into a length.
    init(seconds: Double) {
        guard seconds > 0 else {
            ticks = [Tick(position: 0, label: "0s")]
            return
        }
        var length = Self.lengths.first { seconds / $0 <= Double(Self.maximumCount) } ?? 86_400
        // Days: 1, 2, 5, 10, 20, 50 and so on.
        var factors = [2, 2.5, 2].makeIterator()
        while seconds / length > Double(Self.maximumCount) {
            guard let factor = factors.next() else {
                factors = [2, 2.5, 2].makeIterator()
                continue
            }
            length *= factor
        }
        ticks = (0...Int(seconds / length)).map { index in
            let moment = Double(index) * length
            return Tick(position: moment / seconds * 100, label: Self.label(moment))
        }
    }

    /// In the largest unit that leaves nothing over.
    private static func label(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        let tenths = Int((seconds * 10).rounded())
        if !tenths.isMultiple(of: 10) { return "\(tenths / 10).\(tenths % 10)s" }
        if whole > 0, whole.isMultiple(of: 86_400) { return "\(whole / 86_400)d" }
        if whole > 0, whole.isMultiple(of: 3_600) { return "\(whole / 3_600)h" }
        if whole > 0, whole.isMultiple(of: 60) { return "\(whole / 60)m" }
        return "\(whole)s"
    }
}
