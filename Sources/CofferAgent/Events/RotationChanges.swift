// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// Finds what is to be told of rotations, as ``ConnectionChanges`` does of connections.
///
/// A pure value. Of one that was opened and closed between two looks the end alone is told.
struct RotationChanges {
    private var known: [String: ClientRotation]?

    /// The rotations that were seen to be over; they stay so, and are not looked at again.
    private(set) var over: Set<String> = []

    /// Takes a look; the first is only remembered.
    mutating func take(_ rotations: [ClientRotation]) -> [AgentEvent] {
        defer {
            // One that could not be read for a moment is not new afterwards.
            known = (self.known ?? [:]).merging(rotations.map { ($0.id, $0) }) { $1 }
            over.formUnion(rotations.filter(\.isOver).map(\.id))
        }
        guard let known else { return [] }
        return rotations.flatMap { rotation -> [AgentEvent] in
            let before = known[rotation.id]
            guard before != rotation else { return [] }
            if rotation.isOver { return [.rotationClosed(rotation)] }
            var events: [AgentEvent] = []
            if before == nil { events.append(.rotationOpened(rotation)) }
            let isOther = before?.state != rotation.state || before?.awaitsRemoval != rotation.awaitsRemoval
            if rotation.isWaiting, isOther { events.append(.rotationWaiting(rotation)) }
            return events
        }
    }

    /// Forgets how they were; what is over stays over.
    mutating func rest() { known = nil }
}
