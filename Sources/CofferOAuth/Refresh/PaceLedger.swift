// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where the places under rate limits are given: in this process's memory, or where others see them too.
///
/// A conformer gives each place once, in order, and waits for nobody.
package protocol PaceLedger: Sendable {
    /// Takes the next place of a bucket.
    ///
    /// - Returns: how long to wait for it; nothing is taken where that is longer than the pace's patience.
    func take(_ bucket: PaceBucket) -> Duration

    /// Counts a "too many requests", lowers the bucket's pace for a while, and closes it for as long as the server asked.
    ///
    /// - Returns: how much slower the pace is now: 2, 4 or 8 times.
    func slowDown(_ bucket: PaceBucket, pause: Duration?) -> Int

    /// How many refusals were counted, by everybody who shares the ledger.
    var refusals: Int { get }
}
