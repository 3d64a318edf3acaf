// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One refresh under way: performs what the machine says, under the grant's lock.
///
/// It runs on a task that nobody cancels, so that once an intent is recorded it goes on to the
/// commit. Each of its waits is bounded: for the lock, for another's intent, for the pace, for the
/// answer, and by the store's own deadlines.
///
/// The place under the provider's limit is waited for before the lock is taken, and before one of the turns that all
/// providers share: under them only the last moments, in which the request is got ready. A place that turns out not to be
/// needed is given back.
struct RefreshFlight: Sendable {
    /// How often a place that was missed is waited for anew with nothing in hand; the last time it is waited for under the lock.
    private static let rounds = 3

    let store: any GrantStore
    let client: TokenClient
    let limits: RefreshLimits
    let effects: RefreshEffects
    let gate: RequestGate
    let pacer: RequestPacer

    /// Refreshes a grant, unless it turns out that it serves.
    func land(_ id: GrantID, _ demand: RefreshDemand, _ urgency: FlightUrgency) async throws -> RefreshedGrant {
        let snapshot = try await store.grant(id)
        let machine = RefreshMachine(demand: demand, seenVersion: snapshot.version, limits: limits)
        if let grant = try foreseen(machine, snapshot) { return grant }
        let provider = snapshot.registration.provider
        let lane = RequestGate.Lane(provider: provider.id, host: provider.tokenHost(of: snapshot.accountHost))
        return try await effects.observer.refresh(snapshot, demand) {
            try await inTurn(machine, id, lane, urgency)
        }
    }

    /// Waits for a place if one will be needed, then takes what others wait for, too; anew if the place was missed meanwhile.
    func approachAndDrive(
        _ machine: RefreshMachine, _ id: GrantID, _ urgency: FlightUrgency, lockWait: Duration
    ) async throws -> RefreshedGrant {
        var machine = machine
        // As it is now: while the turn was waited for another process may have refreshed it.
        var snapshot = try await store.grant(id)
        if let grant = try foreseen(machine, snapshot) { return grant }
        for round in 1...Self.rounds {
            let seat = RequestSeat(pacer)
            defer { seat.leave() }
            if machine.wouldSend(snapshot, at: effects.now()) {
                try refuseIfBlocked(machine, snapshot, isAboutToSend: false)
                seat.take(try await approach(snapshot))
            }
            do {
                return try await gate.through(nil, urgency) { [machine] in
                    try await underLock(id, machine, seat, lockWait, mayLeave: round < Self.rounds)
                }
            } catch let outOfPlace as OutOfPlace {
                machine.awaited = outOfPlace.awaited
                snapshot = try await store.grant(id)
            }
        }
        throw OAuthError.refresh(.rateLimited)
    }

    /// Takes the lock; whoever waited for it in vain still takes what somebody else got.
    private func underLock(
        _ id: GrantID, _ machine: RefreshMachine, _ seat: RequestSeat, _ lockWait: Duration, mayLeave: Bool
    ) async throws -> RefreshedGrant {
        do {
            return try await gate.untilClosed {
                try await store.withLock(id, wait: lockWait) {
                    // What ends the wait for the lock ends no flight that has it.
                    try await Task { try await drive(machine, id, seat, mayLeave: mayLeave) }.value
                }
            }
        } catch let error as OAuthError where error.code == .lockTimeout {
            let snapshot = try await store.grant(id)
            if case .finish(let grant) = machine.foresee(snapshot, at: effects.now()) { return grant }
            throw error
        }
    }

    /// Performs actions until the machine has ended.
    private func drive(
        _ machine: RefreshMachine, _ id: GrantID, _ seat: RequestSeat, mayLeave: Bool
    ) async throws -> RefreshedGrant {
        var machine = machine
        var mayLeave = mayLeave
        var (hasBegun, hasInquired) = (false, false)
        var intentAge: (@Sendable () -> Duration)?
        var event = RefreshMachine.Event.read(try await store.grant(id))
        while true {
            switch machine.handle(event, at: effects.now(), random: effects.random()) {
            case .finish(let grant):
                return grant
            case .fail(let error):
                throw error
            case .read:
                event = .read(try await store.grant(id))
            case .wait(let duration):
                let clock = effects.clock
                let waited = clock.stopwatch()
                try await gate.untilClosed { try await clock.sleep(for: duration) }
                machine.hasWaited(waited())
                event = .read(try await store.grant(id))
            case .record(let attempt, let snapshot):
                do {
                    try await secure(seat, for: snapshot, machine, mayLeave: mayLeave, hasInquired: hasInquired)
                } catch {
                    guard machine.holdsUnsentIntent else { throw error }
                    event = .heldBack(hasNoPlace: (error as? OAuthError)?.code == .rateLimited)
                    continue
                }
                if !hasBegun { try refuseIfBlocked(machine, snapshot, isAboutToSend: true) }
                // From here on another flight would find what this one began.
                (mayLeave, hasBegun) = (false, true)
                intentAge = effects.clock.stopwatch()
                event = try await record(attempt: attempt, machine, for: snapshot)
            case .send(let snapshot):
                if !seat.isSecured {
                    try await secure(seat, for: snapshot, machine, mayLeave: mayLeave, hasInquired: hasInquired)
                }
                if !hasBegun { try refuseIfBlocked(machine, snapshot, isAboutToSend: true) }
                hasBegun = true
                if machine.isBeside, let narrowing = machine.narrowing,
                    let refusal = try await announce(narrowing, for: snapshot)
                {
                    event = refusal
                    continue
                }
                mayLeave = false
                guard await store.holdsLock(id) else {
                    event = .answered(.notSent("the connection's lock was lost before its request was sent"))
                    continue
                }
                // Its time counts from before it was recorded, and whoever finds it waits no longer.
                guard (intentAge?() ?? .zero) <= limits.longestRecord else {
                    event = .answered(.notSent("it took too long to record the request before it was sent"))
                    continue
                }
                // What is recorded goes on: its wait for the place is short, and nobody cancels it.
                let departure = seat.departure(of: snapshot.registration.provider.id)
                let outcome = await answer(to: snapshot, machine, departure)
                pacer.heard(outcome, snapshot.registration, account: snapshot.pacedAccount)
                event = .answered(outcome)
            case .inquire(let snapshot):
                if !seat.isSecured {
                    try await secure(seat, for: snapshot, machine, mayLeave: mayLeave, hasInquired: hasInquired)
                }
                if !hasBegun { try refuseIfBlocked(machine, snapshot, isAboutToSend: true) }
                // Another flight would have to ask again.
                (mayLeave, hasBegun, hasInquired) = (false, true, true)
                if let refusal = try await beginInquiry(for: snapshot) {
                    event = refusal
                    continue
                }
                let fate = await inquire(snapshot, seat.departure(of: snapshot.registration.provider.id))
                if case .unanswered(let setback) = fate {
                    pacer.heard(.unprocessed(setback), snapshot.registration, account: snapshot.pacedAccount)
                }
                event = .inquired(fate)
            case .locate(let snapshot):
                event = .located(await locate(snapshot))
            case .commit(let renewal, let snapshot):
                event = try await unlessSuperseded { .committed(try await store.commit(renewal, for: snapshot)) }
            case .settle(let settlement, let snapshot):
                event = try await unlessSuperseded { .settled(try await store.settle(settlement, for: snapshot)) }
            }
        }
    }

    /// Ends a flight if another of the app was told that it is blocked.
    ///
    /// One that is forced goes on, and so does what was begun: a grace period does not wait.
    private func refuseIfBlocked(
        _ machine: RefreshMachine, _ snapshot: GrantSnapshot, isAboutToSend: Bool
    ) throws {
        if machine.demand.isForced { return }
        try pacer.requireUnblocked(snapshot.registration, isAboutToSend: isAboutToSend)
    }
}
