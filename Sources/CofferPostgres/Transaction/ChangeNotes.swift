// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a transaction did that others must hear of.
final class ChangeNotes {
    /// Whether a row, manifest or journal was written: what others have in memory may be old.
    var changesContents = false
    /// Whether a wish was left.
    var leavesWish = false
}
