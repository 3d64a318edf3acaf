// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether a caller waits for a flight, and not only the clock: such a flight has its turn before the others.
///
/// It may turn out while the flight waits for its turn: somebody asks for a token whose refresh a drain has begun already,
/// and must not stand behind all else that the drain has begun.
final class FlightUrgency: Sendable {
    private let state: Mutex<Bool>

    /// For a flight that somebody waits for, or nobody yet.
    init(_ isRaised: Bool) { state = Mutex(isRaised) }

    /// Whether a caller waits.
    var isRaised: Bool { state.withLock { $0 } }

    /// A caller waits now; there is no way back.
    func raise() { state.withLock { $0 = true } }
}
