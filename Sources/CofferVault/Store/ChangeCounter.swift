// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Tells every process on a machine, without a system call, whether the store may have changed.
///
/// Whoever serves from memory reads ``value()`` *before* he reads the store, and serves what he read only while the
/// value is even and still that one. A writer that changes rows, manifests or journals makes it odd inside its
/// transaction and even again after the commit, so no value ever stands for two states.
package protocol ChangeCounter: AnyObject, Sendable {
    /// The number of the state; odd while a change is under way, or if nothing can be said.
    func value() -> UInt64
    /// Grows with every wish that is left.
    func wishes() -> UInt64
}
