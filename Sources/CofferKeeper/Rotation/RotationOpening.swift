// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

/// The first event of a journal, to be written in one commit with what it announces.
struct RotationOpening {
    let journal: VaultRotationJournal
    let event: JournalEvent
}
