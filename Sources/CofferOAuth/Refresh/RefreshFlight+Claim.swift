// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

// Processes that drain one vault find the same connections due. Each that waited for a place with one of another's would use
// up a place of which nothing comes.
extension RefreshFlight {
    /// Refreshes a grant when it is its turn; what another process is about to refresh is put aside, with no turn in hand.
    ///
    /// A flight that a caller waits for is not put aside: the other process's place may be far away. Nor is one that was for as long
    /// as a lock is waited for, since whoever claims may stand still; both waits together take no longer than that.
    func inTurn(
        _ machine: RefreshMachine, _ id: GrantID, _ lane: RequestGate.Lane, _ urgency: FlightUrgency
    ) async throws -> RefreshedGrant {
        var patience = limits.lockWait
        while true {
            let rest = patience
            let grant = try await gate.through(lane, urgency) { () async throws -> RefreshedGrant? in
                let claim = await store.claim(id)
                defer { claim?.release() }
                if claim == nil, rest > .zero, !urgency.isRaised { return nil }
                let lockWait = urgency.isRaised ? limits.lockWait : max(rest, limits.claimPoll)
                return try await approachAndDrive(machine, id, urgency, lockWait: lockWait)
            }
            if let grant { return grant }
            let waited = try await putAside(id, urgency, within: patience)
            patience -= waited
            if let grant = try foreseen(machine, try await store.grant(id)) { return grant }
        }
    }

    /// Waits until another process has taken its claim back, or a caller waits.
    ///
    /// - Returns: how long that took.
    private func putAside(_ id: GrantID, _ urgency: FlightUrgency, within longest: Duration) async throws -> Duration {
        let (clock, poll) = (effects.clock, limits.claimPoll)
        let waited = clock.stopwatch()
        while !urgency.isRaised, waited() < longest {
            try await gate.untilClosed { try await clock.sleep(for: poll) }
            guard let claim = await store.claim(id) else { continue }
            claim.release()
            break
        }
        return max(waited(), poll)
    }

    /// How a grant ends that needs no lock; nil where it does.
    func foreseen(_ machine: RefreshMachine, _ snapshot: GrantSnapshot) throws -> RefreshedGrant? {
        switch machine.foresee(snapshot, at: effects.now()) {
        case .finish(let grant): return grant
        case .fail(let error): throw error
        default: return nil
        }
    }
}
