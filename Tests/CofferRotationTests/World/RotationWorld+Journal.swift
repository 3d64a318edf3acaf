// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization

extension RotationWorld: RotationJournal {
    func append(_ event: JournalEvent, to id: RotationID, at index: Int) async throws {
        try touch()
        if state.withLock({ $0.takesCompany() }) {
            await accompany(id)
            try touch()
        }
        try state.withLock { world in
            guard index == world.events.count else { throw RotationError(.superseded, "taken") }
            world.events.append(event)
        }
        try touch()
    }

    func events(of id: RotationID) async throws -> [JournalEvent] {
        try touch()
        return state.withLock { $0.events }
    }
}
