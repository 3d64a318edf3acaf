// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Keeps grants alive: hands out access tokens and refreshes them, one flight per grant in this process.
///
/// Three layers make "once" true: this actor's single flight, the store's lock across processes, and
/// the store's fence. A flight runs on a task of its own: cancelling one waiter ends that waiter's
/// wait and nothing else. A failure reaches the waiters of its flight and is kept nowhere but in the
/// store, as a cool-down.
///
/// A process that ends calls ``landed()`` first, also when interrupted: a flight that has recorded its
/// intent goes on to the commit.
package actor Refresher {
    private struct Flight {
        let demand: RefreshDemand
        let urgency: FlightUrgency
        var waiters: [Int: CheckedContinuation<RefreshedGrant, any Error>] = [:]
    }

    /// How often a waiter whose demand a finished flight did not meet starts another.
    private static let rounds = 3
    /// The same where one of both is narrowed: such flights take turns, one for each narrower token of a grant.
    private static let narrowedRounds = 100

    private let store: any GrantStore
    private let effects: RefreshEffects
    private let gate: RequestGate
    private let flightPlan: RefreshFlight
    private var flights: [GrantID: Flight] = [:]
    private var landing: [CheckedContinuation<Void, Never>] = []
    private var numbers = 0
    /// The versions whose access token a server refused, as this process was told.
    private var rejected: [GrantID: Int] = [:]

    /// A refresher over a store.
    ///
    /// - Parameters:
    ///   - store: where grants are kept.
    ///   - client: asks for tokens.
    ///   - limits: the bounds; the contract's unless told.
    ///   - pacer: what else is sent to the same providers goes through it too; one of its own unless told.
    ///   - effects: clock, date and randomness.
    package init(
        store: any GrantStore, client: TokenClient, limits: RefreshLimits = RefreshLimits(),
        pacer: RequestPacer? = nil, effects: RefreshEffects = RefreshEffects()
    ) {
        let gate = RequestGate(limits, observer: effects.observer)
        self.store = store
        self.effects = effects
        self.gate = gate
        flightPlan = RefreshFlight(
            store: store, client: client, limits: limits, effects: effects, gate: gate,
            pacer: pacer ?? RequestPacer(clock: effects.clock))
    }

    /// Hands out an access token that works: at once when it can, after a refresh when it must.
    ///
    /// In the soft window the present token is returned and one refresh runs behind; ``landed()`` waits for it. Where the provider is
    /// known to end the present token with that, it is waited for, for a while; if it fails, or takes longer, the present token serves on. One that was rejected
    /// serves nobody any more: whoever asks gets the next one, or hears why there is none.
    ///
    /// - Parameters:
    ///   - id: the grant.
    ///   - minimumValidity: how long the token must live; absent for the hard window. See
    ///     ``RefreshWindows/freshness(at:minimumValidity:refreshAt:)`` for what it can't demand.
    /// - Returns: the grant, and a note where its token serves otherwise than asked.
    /// - Throws: `OAuthError` with code `held` while the tokens are on hold, `needs_reauthorization`,
    ///   `cool_down`, `frozen` and the other codes of a refresh; `CancellationError` for this waiter alone.
    package func accessToken(of id: GrantID, minimumValidity: Duration? = nil) async throws -> RefreshedGrant {
        let snapshot = try await store.grant(id)
        if snapshot.isHeld { throw OAuthError.refresh(.held) }
        let demand = demand(for: snapshot, minimumValidity)
        let machine = RefreshMachine(demand: demand, seenVersion: snapshot.version)
        switch machine.foresee(snapshot, at: effects.now()) {
        case .fail(let error): throw error
        case .finish(let grant):
            guard isDueBehind(snapshot) else { return grant }
            start(id, .due)
            guard snapshot.registration.provider.refreshTokens.accessSurvivesRefresh == false else { return grant }
            return try await nextToken(of: id, minimumValidity)
        default:
            return try unheld(try await refresh(id, demand))
        }
    }

    private func demand(for snapshot: GrantSnapshot, _ minimumValidity: Duration?) -> RefreshDemand {
        if rejected[snapshot.id] != snapshot.version { rejected[snapshot.id] = nil }
        return rejected[snapshot.id].map(RefreshDemand.rejected) ?? .usable(minimumValidity: minimumValidity)
    }

    /// Waits a while for the refresh that is under way; where it takes longer, or fails, finds what serves then.
    private func nextToken(of id: GrantID, _ minimumValidity: Duration?) async throws -> RefreshedGrant {
        flights[id]?.urgency.raise()
        var failure: (any Error)?
        do {
            if let grant = try await flight(of: id, within: flightPlan.limits.nextToken) { return try unheld(grant) }
        } catch {
            if Task.isCancelled { throw error }
            failure = error
        }
        let snapshot = try await store.grant(id)
        if snapshot.isHeld { throw OAuthError.refresh(.held) }
        // Where the store failed behind a request, its answer may have ended the token.
        if let failure, !(failure is OAuthError), snapshot.intent != nil { throw failure }
        let demand = demand(for: snapshot, minimumValidity)
        let machine = RefreshMachine(demand: demand, seenVersion: snapshot.version)
        if case .finish(let grant) = machine.foresee(snapshot, at: effects.now()) { return grant }
        if let failure { throw failure }
        return try unheld(try await refresh(id, demand))
    }

    /// The end of a flight; nil if it takes longer.
    private func flight(of id: GrantID, within limit: Duration) async throws -> RefreshedGrant? {
        let clock = effects.clock
        return try await withThrowingTaskGroup(of: RefreshedGrant?.self) { group in
            group.addTask { try await self.refresh(id, .due) }
            group.addTask {
                try await clock.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return try await group.next() ?? nil
        }
    }

    /// A leak may have been found while the refresh was under way.
    private func unheld(_ grant: RefreshedGrant) throws -> RefreshedGrant {
        if grant.snapshot.isHeld { throw OAuthError.refresh(.held) }
        return grant
    }

    /// Hears that a server refused the access token of a version, and refreshes once for all who say so.
    ///
    /// If that fails the token stays rejected, in this process: it is not served again as if it were good, and what is tried again
    /// waits for the cool-down as any refresh does. A token that was issued moments ago is believed to be good: a client that lacks a right
    /// is refused with every token.
    ///
    /// - Throws: as ``refresh(_:_:)``.
    package func reject(_ id: GrantID, version: Int) async throws {
        let snapshot = try await store.grant(id)
        if snapshot.version == version, !flightPlan.limits.doubtsRejection(of: snapshot.obtainedAt, at: effects.now()) {
            rejected[id] = version
        }
        _ = try await refresh(id, .rejected(version: version))
    }

    /// Refreshes a grant if the demand needs it, joining a flight that is under way.
    ///
    /// - Returns: the grant once its tokens are durable; tokens on hold are among what is returned
    ///   here, for the rotation needs them.
    /// - Throws: as ``accessToken(of:minimumValidity:)``, without `held`.
    package func refresh(_ id: GrantID, _ demand: RefreshDemand) async throws -> RefreshedGrant {
        var round = 1
        while true {
            let joined = flights[id]?.demand
            do {
                let grant = try await wait(for: id, demand)
                guard let joined, joined != demand, round < Self.rounds(demand, after: joined),
                    !meets(grant, demand, of: joined)
                else { return grant }
            } catch let error as OAuthError {
                // The joined flight may have stopped at what this demand bypasses.
                guard let joined, joined != demand, round < Self.rounds(demand, after: joined),
                    demand.bypasses(error) || joined.narrowing != nil
                else { throw error }
            }
            round += 1
        }
    }

    /// Waits until no flight is under way.
    package func landed() async {
        guard !flights.isEmpty else { return }
        await withCheckedContinuation { landing.append($0) }
    }

    /// Ends every flight that has not recorded an intent yet, and lets no other send anything.
    ///
    /// For a process that is told to end. What has recorded one goes on to the commit; ``landed()`` waits for it.
    package func windDown() async {
        await gate.close()
    }

    /// Whether a flight is under way that a caller waits for.
    func isAwaited(_ id: GrantID) -> Bool { flights[id]?.urgency.isRaised ?? false }

    /// How many callers wait for a flight.
    func waiterCount(of id: GrantID) -> Int { flights[id]?.waiters.count ?? 0 }

    /// Starts a flight on a task of its own, which nobody cancels.
    private func start(_ id: GrantID, _ demand: RefreshDemand) {
        guard flights[id] == nil else { return }
        let urgency = FlightUrgency(demand != .due)
        flights[id] = Flight(demand: demand, urgency: urgency)
        // What nobody waits for leaves the processors to those who ask, above all in a drain of thousands.
        Task(priority: demand == .due ? .utility : nil) {
            let result: Result<RefreshedGrant, any Error>
            do {
                result = .success(try await flightPlan.land(id, demand, urgency))
            } catch {
                result = .failure(error)
            }
            land(id, result)
        }
    }

    /// Ends a flight: it is forgotten before its waiters hear of it, so that no error is sticky.
    private func land(_ id: GrantID, _ result: Result<RefreshedGrant, any Error>) {
        let waiters = flights.removeValue(forKey: id)?.waiters ?? [:]
        for waiter in waiters.values { waiter.resume(with: result) }
        guard flights.isEmpty else { return }
        for continuation in landing { continuation.resume() }
        landing = []
    }

    /// Waits for a flight, started here if there is none; the wait ends with its caller's cancellation.
    private func wait(for id: GrantID, _ demand: RefreshDemand) async throws -> RefreshedGrant {
        numbers += 1
        let number = numbers
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
                start(id, demand)
                if demand != .due { flights[id]?.urgency.raise() }
                flights[id]?.waiters[number] = continuation
            }
        } onCancel: {
            Task { await abandon(id, number) }
        }
    }

    private func abandon(_ id: GrantID, _ number: Int) {
        flights[id]?.waiters.removeValue(forKey: number)?.resume(throwing: CancellationError())
    }

    /// Whether a token that serves should be refreshed behind its caller's back.
    private func isDueBehind(_ snapshot: GrantSnapshot) -> Bool {
        let machine = RefreshMachine(demand: .due, seenVersion: snapshot.version)
        return machine.foresee(snapshot, at: effects.now()) == nil
    }

    private static func rounds(_ demand: RefreshDemand, after joined: RefreshDemand) -> Int {
        demand.narrowing == nil && joined.narrowing == nil ? rounds : narrowedRounds
    }

    private func meets(_ grant: RefreshedGrant, _ demand: RefreshDemand, of joined: RefreshDemand) -> Bool {
        // What one of the two brought is not what the other wants.
        if grant.isRenewed, demand.narrowing == nil, joined.narrowing == nil { return true }
        let machine = RefreshMachine(demand: demand, seenVersion: grant.snapshot.version)
        return machine.serves(grant.snapshot, at: effects.now())
    }
}
