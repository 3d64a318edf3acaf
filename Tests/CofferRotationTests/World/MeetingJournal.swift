// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization

/// A journal that lets nobody go on from the first reading until two have read.
final class MeetingJournal: RotationJournal {
    private let world: RotationWorld
    private let waiting = Mutex<(readers: Int, continuations: [CheckedContinuation<Void, Never>])>((0, []))

    init(_ world: RotationWorld) {
        self.world = world
    }

    func append(_ event: JournalEvent, to id: RotationID, at index: Int) async throws {
        try await world.append(event, to: id, at: index)
    }

    func events(of id: RotationID) async throws -> [JournalEvent] {
        let events = try await world.events(of: id)
        await withCheckedContinuation { continuation in
            let ready = waiting.withLock { state in
                state.readers += 1
                state.continuations.append(continuation)
                guard state.readers >= 2 else { return [CheckedContinuation<Void, Never>]() }
                defer { state.continuations = [] }
                return state.continuations
            }
            for one in ready { one.resume() }
        }
        return events
    }
}
