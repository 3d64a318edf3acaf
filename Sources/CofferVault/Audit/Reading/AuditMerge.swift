// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

/// Several chains as one list in the order of time.
///
/// Clocks differ, and one may be set back: within a chain the numbers decide, and what an issuer's or owner's event saw of
/// another chain stands before it. Only where neither says anything do the times.
struct AuditMerge {
    /// How far a clock may be wrong before an event beyond the wanted time ends the reading of its chain.
    private static let clockTolerance: TimeInterval = 86_400

    private var cursors: [ChainCursor]
    private let direction: ChainCursor.Direction

    init(_ cursors: [ChainCursor], _ direction: ChainCursor.Direction) {
        self.cursors = cursors
        self.direction = direction
    }

    /// Whether a chain must be read on before the next event is known.
    var isHungry: Bool { cursors.contains(where: \.isHungry) }

    /// Reads on wherever that is needed.
    mutating func fill(_ reader: any StoreReading, openedBy identity: Identity?) throws {
        for index in cursors.indices { try cursors[index].fill(reader, openedBy: identity) }
    }

    /// The next event; nil at the end.
    ///
    /// Not to be asked while ``isHungry``. Chains that have gone well past the times of `filter` are not read on.
    mutating func next(_ filter: AuditFilter) -> AuditListing? {
        let waiting = cursors.indices.filter { cursors[$0].next != nil }
        let free = waiting.filter { index in !waiting.contains { $0 != index && comes($0, before: index) } }
        // Events that claim to have seen each other are somebody's work; time decides then.
        let choice = (free.isEmpty ? waiting : free).min { left, right in
            let (one, other) = (cursors[left].time, cursors[right].time)
            return direction == .forwards ? one < other : one > other
        }
        guard let choice else { return nil }
        let taken = cursors[choice].take()
        if let at = taken?.record?.at, isPast(at, filter) { cursors[choice].stop() }
        return taken
    }

    private func isPast(_ at: Date, _ filter: AuditFilter) -> Bool {
        switch direction {
        case .backwards: filter.since.map { at < $0.addingTimeInterval(-Self.clockTolerance) } ?? false
        case .forwards: filter.until.map { at > $0.addingTimeInterval(Self.clockTolerance) } ?? false
        }
    }

    /// Whether what waits in one chain must be taken before what waits in another.
    private func comes(_ one: Int, before other: Int) -> Bool {
        guard let first = cursors[one].next, let second = cursors[other].next else { return false }
        switch direction {
        case .forwards:
            // The second has seen the first.
            return second.event?.heads.contains { $0.signer == first.signer.key && $0.sequence >= first.sequence }
                ?? false
        case .backwards:
            return first.event?.heads.contains { $0.signer == second.signer.key && $0.sequence >= second.sequence }
                ?? false
        }
    }
}
