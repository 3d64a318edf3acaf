// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import CofferVault

/// The first event of a journal, to be written in one commit with what it announces and with the end of what it replaces.
///
/// So there is no moment with a rotation and nothing tainted, and none with a freeze or a hold that no rotation answers for.
struct RotationOpening {
    /// A rotation that was open until now.
    struct GivenUp {
        let id: RotationID
        /// What has happened in it.
        let events: [JournalEvent]
        /// Its last event.
        let end: JournalEvent
    }

    let journal: VaultRotationJournal
    let id: RotationID
    let event: JournalEvent
    /// What is rotated, as it was read for this.
    ///
    /// A leak is not to wait until it is read again; if it was changed since, the commit says so.
    let entry: Entry
    var givenUp: [GivenUp] = []
}
