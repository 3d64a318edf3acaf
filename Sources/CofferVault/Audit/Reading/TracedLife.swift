// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// How long a secret stood in one field of one entry, as the events of its writes tell it; no value was opened for it.
package struct TracedLife: Sendable {
    /// The space.
    package let spaceName: String
    /// The entry.
    package let entryID: EntryID
    /// What the entry is, if it is still there; an index.
    package let kind: EntryKind?
    /// The field.
    package let field: UInt16
    /// The tier.
    package let tier: Tier
    /// The write that stored it; nil if that event is gone.
    package let stored: AuditEvent?
    /// The write that put something else in its place, removed the entry or marked it as spent; nil if it stands there now.
    package let ended: AuditEvent?
    /// Whether it was marked as spent.
    package let isSpent: Bool

    /// Where in the paths of an event's body the entry's path stands.
    package func pathIndex(in event: AuditEvent) -> Int? {
        event.bindings.firstIndex { $0.entryID == entryID }
    }
}
