// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A stretch of a text that is a secret.
struct MaskedRange: Equatable {
    var start: Int
    var end: Int
    /// Whether the next character, if it is one of base64, holds bits of the secret as well.
    var sharesNext: Bool

    init(_ range: Range<Int>, sharesNext: Bool = false) {
        start = range.lowerBound
        end = range.upperBound
        self.sharesNext = sharesNext
    }

    /// The union of stretches, in order; those that touch are one.
    static func union(of ranges: [MaskedRange]) -> [MaskedRange] {
        var merged: [MaskedRange] = []
        for range in ranges.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            guard let last = merged.last, range.start <= last.end else {
                merged.append(range)
                continue
            }
            if range.end > last.end {
                merged[merged.count - 1].end = range.end
                merged[merged.count - 1].sharesNext = range.sharesNext
            } else if range.end == last.end, range.sharesNext {
                merged[merged.count - 1].sharesNext = true
            }
        }
        return merged
    }
}
