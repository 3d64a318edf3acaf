// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The fields of an entry of kind ``EntryKind/secret``.
enum SecretRecord {
    /// The value, in the use tier.
    static let value: UInt16 = 16
    /// When it was stored, in the use tier.
    static let storedAt: UInt16 = 17
}
