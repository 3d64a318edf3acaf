// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One event that goes to the end of a rotation's journal.
package struct JournalAddition: Sendable {
    /// The event.
    package let bytes: [UInt8]
    /// The journal's id.
    package let id: EntryID
    /// The event's place, from 0.
    package let index: UInt32
    /// Why, for the audit event.
    package let reason: String

    /// Makes an addition.
    package init(_ bytes: [UInt8], to id: EntryID, at index: UInt32, reason: String) {
        self.bytes = bytes
        self.id = id
        self.index = index
        self.reason = reason
    }
}
