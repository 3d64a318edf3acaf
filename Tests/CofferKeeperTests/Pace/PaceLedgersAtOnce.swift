// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Testing

/// What holds of two ledgers with the same buckets, wherever these lie: half a second between places, three of them at once.
struct PaceLedgersAtOnce {
    let first: any PaceLedger
    let second: any PaceLedger
    let bucket: PaceBucket

    /// A place that nobody needs is free again, unless the other one has taken one since.
    func expectPlacesGivenBack() {
        for _ in 0..<3 { _ = first.take(bucket) }
        for others in [0, 1] {
            let ticket = first.take(bucket, within: .seconds(60))
            #expect(ticket.wait == .milliseconds(500))
            for _ in 0..<others { _ = second.take(bucket) }
            first.giveBack(ticket, to: bucket)
            #expect(second.distance(of: bucket) == .milliseconds(others == 0 ? 500 : 1500))
        }
    }

    /// Room behind a place counts as in the memory of one process.
    func expectRoom(asIn memory: any PaceLedger) {
        for room in [Duration.zero, .milliseconds(300), .zero, .seconds(7), .zero] {
            let ours = first.take(bucket, room: room, within: .seconds(60))
            let expected = memory.take(bucket, room: room, within: .seconds(60))
            #expect(ours.wait == expected.wait)
            #expect(second.distance(of: bucket) == memory.distance(of: bucket))
        }
    }
}
