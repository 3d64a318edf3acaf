// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The place of one flight under its provider's limit, from where it is taken to where it is used or given back.
final class RequestSeat: Sendable {
    private struct State {
        var place: RequestPacer.Place?
        /// Since when its request is got ready.
        var since = Duration.zero
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
    func take(_ place: RequestPacer.Place) {
        let now = pacer.elapsed()
        state.withLock { $0 = State(place: place, since: now) }
    }

    /// Takes a place, or keeps it, for the next request.
    func secure(_ place: RequestPacer.Place) {
        let now = pacer.elapsed()
        state.withLock { state in
            state = State(place: place, since: state.place == place ? state.since : now, isSecured: true)
        }
    }

    /// Hands the place over to the request that is about to be made.
    func departure(of providerID: String) -> RequestDeparture? {
        let last = state.withLock { state in
            defer { state = State() }
            return state
        }
        return last.place.map { RequestDeparture($0, since: last.since, of: providerID, pacer) }
    }

    /// Hands the place over.
    func use() -> RequestPacer.Place? {
        state.withLock { state in
            defer { state = State() }
            return state.place
        }
    }

    /// Gives the place back if it was not used.
    func leave() { if let place = use() { pacer.giveBack(place) } }
}
