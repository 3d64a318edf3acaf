// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

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
struct RefreshFlight: Sendable {
    /// How much longer than the token client's own deadline an answer is waited for: 5 s.
    ///
    /// The client ends by itself; this is for a transport that breaks its promise.
    private static let answerMargin = Duration.seconds(5)

    let store: any GrantStore
    let client: TokenClient
    let limits: RefreshLimits
    let effects: RefreshEffects
    let gate: RequestGate
    let pacer: RequestPacer

    /// Refreshes a grant, unless it turns out that it serves.
    func land(_ id: GrantID, _ demand: RefreshDemand) async throws -> RefreshedGrant {
        let snapshot = try await store.grant(id)
        let machine = RefreshMachine(demand: demand, seenVersion: snapshot.version, limits: limits)
        switch machine.foresee(snapshot, at: effects.now()) {
        case .finish(let grant): return grant
        case .fail(let error): throw error
        default: break
        }
        let provider = snapshot.registration.provider
        let lane = RequestGate.Lane(provider: provider.id, host: provider.tokenHost(of: snapshot.accountHost))
        return try await effects.observer.refresh(snapshot, demand) {
            try await gate.through(lane, isUrgent: demand != .due) {
                try await underLock(id, machine, seenVersion: snapshot.version)
            }
        }
    }

    /// Takes the lock; whoever waited for it in vain still takes what somebody else got.
    private func underLock(_ id: GrantID, _ machine: RefreshMachine, seenVersion: Int) async throws -> RefreshedGrant {
        do {
            return try await store.withLock(id, wait: limits.lockWait) { try await drive(machine, id) }
        } catch let error as OAuthError where error.code == .lockTimeout {
            let snapshot = try await store.grant(id)
            if case .finish(let grant) = machine.foresee(snapshot, at: effects.now()) { return grant }
            throw error
        }
    }

    /// Performs actions until the machine has ended.
    private func drive(_ machine: RefreshMachine, _ id: GrantID) async throws -> RefreshedGrant {
        var machine = machine
        var event = RefreshMachine.Event.read(try await store.grant(id))
        var place: RequestPacer.Place?
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
                try await gate.untilClosed { try await clock.sleep(for: duration) }
                event = .read(try await store.grant(id))
            case .record(let attempt, let snapshot):
                do { place = try await approach(snapshot) } catch {
                    guard machine.holdsUnsentIntent else { throw error }
                    event = .heldBack
                    continue
                }
                event = try await record(attempt: attempt, machine.narrowing, for: snapshot)
            case .send(let snapshot):
                if place == nil { place = try await approach(snapshot) }
                if machine.isBeside, let narrowing = machine.narrowing,
                    let refusal = try await announce(narrowing, for: snapshot)
                {
                    event = refusal
                    continue
                }
                // What is recorded goes on: this wait is short, and nobody cancels it.
                if let place { try await pacer.arrive(place) }
                place = nil
                let outcome = await answer(to: snapshot, machine)
                pacer.heard(outcome, snapshot.registration, account: snapshot.pacedAccount)
                event = .answered(outcome)
            case .commit(let renewal, let snapshot):
                event = try await unlessSuperseded { .committed(try await store.commit(renewal, for: snapshot)) }
            case .settle(let settlement, let snapshot):
                event = try await unlessSuperseded { .settled(try await store.settle(settlement, for: snapshot)) }
            }
        }
    }

    /// Waits until shortly before its place *before* the intent is recorded, so that its deadline is the request's alone.
    private func approach(_ snapshot: GrantSnapshot) async throws -> RequestPacer.Place {
        let pacer = pacer
        return try await gate.untilClosed {
            try await pacer.approach(snapshot.registration, account: snapshot.pacedAccount)
        }
    }

    private func record(
        attempt: Int, _ narrowing: TokenNarrowing?, for snapshot: GrantSnapshot
    ) async throws -> RefreshMachine.Event {
        let startedAt = effects.now()
        let deadline = startedAt.addingTimeInterval((limits.request + limits.commitMargin) / .seconds(1))
        do {
            return try await unlessSuperseded {
                .recorded(
                    try await store.recordIntent(
                        attempt: attempt, startedAt: startedAt, deadline: deadline, narrowing: narrowing,
                        for: snapshot))
            }
        } catch let error as OAuthError where error.code == .spent {
            return .spent
        }
    }

    /// Audits a request that presents no refresh token; nothing if it may be sent.
    private func announce(
        _ narrowing: TokenNarrowing, for snapshot: GrantSnapshot
    ) async throws -> RefreshMachine.Event? {
        do {
            try await store.announce(narrowing, at: effects.now(), for: snapshot)
            return nil
        } catch let error as OAuthError where error.code == .superseded {
            return .superseded
        }
    }

    /// The fence's refusal is an event, every other error ends the flight.
    private func unlessSuperseded(
        _ write: () async throws -> RefreshMachine.Event
    ) async throws -> RefreshMachine.Event {
        do {
            return try await write()
        } catch let error as OAuthError where error.code == .superseded {
            return .superseded
        }
    }

    /// Asks for tokens, and stops waiting when a transport that should have ended did not.
    private func answer(to snapshot: GrantSnapshot, _ machine: RefreshMachine) async -> TokenOutcome {
        let (outcomes, continuation) = AsyncStream<TokenOutcome>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let request = Task {
            continuation.yield(await ask(snapshot, machine.narrowing, isBeside: machine.isBeside))
            continuation.finish()
        }
        let clock = effects.clock
        let patience = limits.request + Self.answerMargin
        let timer = Task {
            guard (try? await clock.sleep(for: patience)) != nil else { return }
            continuation.yield(.indeterminate("no answer came in time"))
            continuation.finish()
        }
        defer {
            request.cancel()
            timer.cancel()
        }
        for await outcome in outcomes { return outcome }
        return .indeterminate("the request was interrupted")
    }

    /// Sends the one request; the scope is left out unless a narrower token is what is asked for.
    private func ask(_ snapshot: GrantSnapshot, _ narrowing: TokenNarrowing?, isBeside: Bool) async -> TokenOutcome {
        let registration = snapshot.registration
        if snapshot.usesClientCredentials {
            guard let narrowing else { return await client.clientCredentials(registration, scope: snapshot.scope) }
            return await client.clientCredentials(registration, narrowing: narrowing, usualScope: snapshot.scope)
        }
        if isBeside, let narrowing {
            guard let subject = snapshot.accessToken else { return .notSent("there is no access token") }
            return await client.exchange(
                registration, subject: subject, accountHost: snapshot.accountHost, narrowing: narrowing)
        }
        guard let refreshToken = snapshot.refreshToken else { return .notSent("there is no refresh token") }
        if let narrowing {
            return await client.refresh(
                registration, refreshToken: refreshToken, accountHost: snapshot.accountHost, narrowing: narrowing)
        }
        return await client.refresh(
            registration, refreshToken: refreshToken, accountHost: snapshot.accountHost, scope: nil)
    }
}
