// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Timeline {
    /// Where the number of a milestone stands.
    struct Label: Sendable {
        /// The share of the line at which its row begins; in the second half of the line, at which it ends.
        let position: Double
        /// How many circles further along the row, below zero further back; who stands at 0 has the row's leader.
        let place: Int
    }

    /// The nearest that two rows of numbers come to each other, and the room of each number in a row, as a share of the line.
    ///
    /// In a row there are 23 pixels from number to number, and on the narrowest page the line is 334 long: 6.9 of 100.
    private static let labelDistance = 7.0

    /// How near milestones lie that share a row, and its one leader: as the points on the narrowest page are drawn over each
    /// other.
    ///
    /// Leaders that are spread out from nearly one place can't be told apart, and lie flat on a wide page.
    private static let sharedDistance = 1.5

    /// The labels of milestones in the order of their times: none over another, nor over an end of the line.
    static func labels(of positions: [Double]) -> [Label] {
        var rows: [Range<Int>] = []
        for index in positions.indices {
            if let row = rows.last, positions[index] - positions[row.lowerBound] <= sharedDistance {
                rows[rows.count - 1] = row.lowerBound..<(index + 1)
            } else {
                rows.append(index..<(index + 1))
            }
        }
        let isForward = rows.map { positions[$0.lowerBound] <= 50 }
        let lengths = rows.map { labelDistance * Double($0.count - 1) }
        var starts = rows.indices.map { index in
            isForward[index]
                ? positions[rows[index].lowerBound] : positions[rows[index].upperBound - 1] - lengths[index]
        }
        for index in starts.indices.dropFirst() {
            starts[index] = max(starts[index], starts[index - 1] + lengths[index - 1] + labelDistance)
        }
        var limit = 100.0
        for index in starts.indices.reversed() {
            starts[index] = min(starts[index], limit - lengths[index])
            limit = starts[index] - labelDistance
        }
        return rows.indices.flatMap { index -> [Label] in
            let last = rows[index].count - 1
            return (0...last).map { place in
                isForward[index]
                    ? Label(position: starts[index], place: place)
                    : Label(position: starts[index] + lengths[index], place: place - last)
            }
        }
    }
}
