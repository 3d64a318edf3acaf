// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where the places under rate limits are given: in this process's memory, or where others see them too.
///
/// A conformer gives each place once, in order, and waits for nobody.
package protocol PaceLedger: Sendable {
    /// Takes the next place of a bucket.
    ///
    /// - Parameters:
    ///   - bucket: of what.
    ///   - room: how much later than at its place the request may come: for so long nobody else is given one behind it.
    ///   - longest: how far away it may be; negative to look and take nothing.
    /// - Returns: how long to wait for it; nothing is taken where that is longer.
    func take(_ bucket: PaceBucket, room: Duration, within longest: Duration) -> PaceTicket

    /// Gives a place back that nobody needs; it is used up where somebody has taken one since.
    func giveBack(_ ticket: PaceTicket, to bucket: PaceBucket)

    /// Counts a "too many requests", lowers the bucket's pace for a while, and closes it for as long as the server asked.
    ///
    /// - Returns: how much slower the pace is now: 2, 4 or 8 times.
    func slowDown(_ bucket: PaceBucket, pause: Duration?) -> Int

    /// How many refusals were counted, by everybody who shares the ledger.
    var refusals: Int { get }
}

extension PaceLedger {
    /// Takes the next place of a bucket for a request that comes in time.
    package func take(_ bucket: PaceBucket, within longest: Duration) -> PaceTicket {
        take(bucket, room: .zero, within: longest)
    }

    /// Takes the next place of a bucket, if it is not further away than the bucket's patience.
    ///
    /// - Returns: how long to wait for it.
    package func take(_ bucket: PaceBucket) -> Duration {
        take(bucket, within: RequestPace(bucket).patience).wait
    }

    /// How far away the next place is; it is not taken.
    package func distance(of bucket: PaceBucket) -> Duration { take(bucket, within: .seconds(-1)).wait }
}
