// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The place of one flight under its provider's limit, from where it is taken to where it is used or given back.
final class RequestSeat: Sendable {
    private struct State {
        var place: RequestPacer.Place?
        var isSecured = false
    }

    private let pacer: RequestPacer
    private let state = Mutex(State())

    /// A flight that has no place.
    init(_ pacer: RequestPacer) {
        self.pacer = pacer
    }

    /// The place, if there is one.
    var place: RequestPacer.Place? { state.withLock { $0.place } }

    /// Whether it was found to be in time for the next request.
    var isSecured: Bool { state.withLock { $0.isSecured } }

    /// Takes a place.
    func take(_ place: RequestPacer.Place) { state.withLock { $0 = State(place: place) } }

    /// Takes a place, or keeps it, for the next request.
    func secure(_ place: RequestPacer.Place) { state.withLock { $0 = State(place: place, isSecured: true) } }

    /// Hands the place over to whoever sends.
    func use() -> RequestPacer.Place? {
        state.withLock { state in
            defer { state = State() }
            return state.place
        }
    }

    /// Gives the place back if it was not used.
    func leave() { if let place = use() { pacer.giveBack(place) } }
}
