// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The fields of an entry of kind ``EntryKind/secret``.
enum SecretRecord {
    /// The value, in the use tier.
    static let value: UInt16 = 16
    /// When it was stored, in the use tier.
    static let storedAt: UInt16 = 17
    /// What readers get of a value that leaked, in the use tier.
    static let taintStrength: UInt16 = 18
    /// The rotation that set the taint, in the use tier.
    static let taintRotation: UInt16 = 19
    /// A new value that is not in force yet, in the issue tier.
    static let pending: UInt16 = 32
    /// The rotation that has begun to replace the value, to which a pending one belongs, in the issue tier.
    static let pendingRotation: UInt16 = 33
    /// The rotation that put the present value in force, in the issue tier.
    static let valueRotation: UInt16 = 34
    /// Whether the pending value was refused where it is used, in the issue tier.
    static let pendingWasRefused: UInt16 = 35
    /// The value before, kept for the program that ends it, in the issue tier.
    static let retired: UInt16 = 36
    /// Values that nobody needs and that may be in force where they come from, in the issue tier.
    static let unwanted: UInt16 = 37
}
