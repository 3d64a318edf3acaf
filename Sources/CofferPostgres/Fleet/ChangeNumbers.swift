// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Numbers that stand for what a transaction did; nil for what it did not.
struct ChangeNumbers: Sendable, Equatable {
    /// Of the state of rows, manifests and journals.
    var state: Int64?
    /// Of the wishes.
    var wish: Int64?
}
