// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The wishes that lie in a store, judged.
package struct WishSurvey: Sendable {
    /// Those that count, in spaces that this identity writes.
    package var valid: [Wish] = []
    /// Those that nobody need look at again: forged, foreign, over, or of an entry that is gone.
    package var void: [StoredWish] = []
}
