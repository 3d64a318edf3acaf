// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension RefreshFlight {
    /// There is no place near enough to be waited for under the lock.
    struct OutOfPlace: Error {
        /// What was waited for already, and is not waited for again.
        let awaited: RefreshMachine.AwaitedIntent?
    }

    /// Sees to it that there is a place, and that it is still to come, *before* the intent is recorded: its deadline is
    /// the request's alone.
    ///
    /// Whoever has asked introspection holds the lock for a second request: its place is waited for no longer than by one that is
    /// late for its first, and without one the next flight asks again.
    func secure(
        _ seat: RequestSeat, for snapshot: GrantSnapshot, _ machine: RefreshMachine, mayLeave: Bool, hasInquired: Bool
    ) async throws {
        try await gate.requireOpen()
        if let place = seat.place, !pacer.isMissed(place) { return seat.secure(place) }
        if let near = pacer.replace(seat.use(), snapshot.registration, account: snapshot.pacedAccount) {
            return seat.secure(near)
        }
        guard !mayLeave else { throw OutOfPlace(awaited: machine.awaited) }
        let longest = hasInquired ? RequestPacer.longestDetour : .seconds(Int64.max)
        seat.secure(try await approach(snapshot, within: longest))
    }

    /// Takes a place and waits until shortly before it.
    func approach(
        _ snapshot: GrantSnapshot, within longest: Duration = .seconds(Int64.max)
    ) async throws -> RequestPacer.Place {
        let pacer = pacer
        return try await gate.untilClosed {
            try await pacer.approach(snapshot.registration, account: snapshot.pacedAccount, within: longest)
        }
    }
}
