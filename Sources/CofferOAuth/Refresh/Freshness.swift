// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How much use is left in an access token, from a caller's point of view.
package enum Freshness: Int, Sendable, Comparable, CaseIterable {
    /// Nothing to do.
    case fresh
    /// Handed out at once, and one refresh runs behind.
    case soft
    /// Not good for long enough: the caller waits for a refresh.
    case hard
    /// Past its expiry, or there is none.
    case expired

    /// Orders by how little use is left.
    package static func < (lhs: Freshness, rhs: Freshness) -> Bool { lhs.rawValue < rhs.rawValue }
}
