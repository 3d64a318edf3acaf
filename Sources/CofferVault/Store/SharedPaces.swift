// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Places under rate limits that all machines on a store see: no part of the vault, and may be lost.
///
/// Each operation is atomic, and waits for the store on its caller's thread, for a short time.
package protocol SharedPaces: Sendable {
    /// Reads a bucket, and the store's clock, by which all machines go.
    ///
    /// - Returns: nil for a bucket that nobody uses.
    func pace(_ name: UInt64) throws -> (pace: StoredPace?, now: Duration)

    /// Puts a bucket in the place of what was read, if that still stands.
    func exchange(_ name: UInt64, _ expected: StoredPace?, _ desired: StoredPace) throws -> Bool
}

/// A bucket as a store keeps it; the store knows nothing of what the numbers mean, but that they are moments and lengths of time.
package struct StoredPace: Sendable, Equatable {
    /// When it is full again.
    package var fullAt: UInt64 = 0
    /// Until when its pace is lowered, and how far.
    package var slowness: UInt64 = 0
    /// How far apart requests are.
    package var step: UInt64 = 0
    /// How far ahead of that they may come.
    package var tolerance: UInt64 = 0
    /// When these figures are forgotten.
    package var until: UInt64 = 0

    /// One that is full.
    package init() {}
}
