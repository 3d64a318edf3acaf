// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Keeps requests under their provider's rate limits: each waits for its place before it is sent.
package struct RequestPacer: Sendable {
    /// What happened, for who logs or measures.
    package enum Event: Sendable, Equatable {
        /// A request waits for its place.
        case waiting(provider: String, Duration)
        /// The provider said "too many requests": the pace is so many times slower for a while, or one request a second
        /// where no limit is stated that could be slowed down.
        case refused(provider: String, factor: Int?)
    }

    /// What came of asking for a place.
    enum Asked {
        case given(Place)
        /// Nothing was taken: it would be so far away.
        case refused(Duration)
    }

    /// How long a place is waited for with a lock in hand: 1 s, which whoever wants the lock does not notice.
    static let near = Duration.seconds(1)

    let clock: any Clock<Duration>
    let elapsed: @Sendable () -> Duration
    let ledger: any PaceLedger
    let line: PaceLine
    let blocks = HeardBlocks()
    let lead = PaceLead()
    let lateness = PaceLateness()
    private let observe: @Sendable (Event) -> Void

    /// A pacer.
    ///
    /// - Parameters:
    ///   - clock: what is waited on.
    ///   - ledger: where the places are given; this process's memory unless told.
    ///   - observe: hears of waits and refusals.
    package init(
        clock: any Clock<Duration>, ledger: (any PaceLedger)? = nil,
        observe: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.clock = clock
        elapsed = clock.stopwatch()
        self.ledger = ledger ?? MemoryPaceLedger(clock: clock)
        line = PaceLine(clock: clock)
        self.observe = observe
    }

    /// How many refusals were counted, by everybody who shares the ledger.
    package var refusals: Int { ledger.refusals }

    /// Takes a place for a token request and waits until shortly before it: time for what must be durable first, and for
    /// a connection, which are not always equally quick; see ``RequestDeparture``.
    ///
    /// - Parameters:
    ///   - registration: the client, whose provider has the limit.
    ///   - account: what tells this account from others of the app, where the limit is the account's.
    ///   - longest: how far away it may be; as far as the pace's patience goes unless told.
    /// - Returns: the place, a little ahead of now: ``arrive(_:until:)`` waits for the rest of the way.
    /// - Throws: `OAuthError` with code `rate_limited` when the place would be too far away, and nothing is taken then;
    ///   `CancellationError` when the task is cancelled, and then its place is given back.
    package func approach(
        _ registration: ClientRegistration, account: String?, within longest: Duration = .seconds(Int64.max)
    ) async throws -> Place {
        let provider = registration.provider
        let buckets = [PaceBucket(provider.rateLimit, registration, account: account)]
        let began = elapsed()
        switch ask(for: buckets, within: longest) {
        case .given(let place):
            tell(provider.id, from: began, to: place)
            try await sleep(towards: place, until: place.at - lead.time(for: provider.id))
            return place
        case .refused(let wait): throw Self.tooMany(provider.displayName, wait)
        }
    }

    /// Another place instead of one that was missed, if one is near enough to be waited for with things in hand.
    func replace(_ place: Place?, _ registration: ClientRegistration, account: String?) -> Place? {
        if let place { giveBack(place) }
        let buckets = [PaceBucket(registration.provider.rateLimit, registration, account: account)]
        let began = elapsed()
        guard case .given(let next) = ask(for: buckets, within: Self.near) else { return nil }
        tell(registration.provider.id, from: began, to: next)
        return next
    }

    /// Whether it is too late for a place: whoever comes now may meet those who come in time.
    func isMissed(_ place: Place) -> Bool {
        guard let lateness = place.lateness else { return false }
        return elapsed() - place.due > lateness
    }

    /// Gives a place back that nobody needs: nothing was sent.
    func giveBack(_ place: Place) {
        for seat in place.seats.reversed() { ledger.giveBack(seat.ticket, to: seat.bucket) }
    }

    /// Takes a place in each bucket, or in none.
    func ask(for buckets: [PaceBucket], within longest: Duration) -> Asked {
        let began = elapsed()
        var seats: [Place.Seat] = []
        // The slowest is the likeliest to refuse.
        for bucket in buckets.sorted(by: { RequestPace($0).step > RequestPace($1).step }) {
            let pace = RequestPace(bucket)
            let room = pace.room(for: lateness.lasting)
            let ticket = ledger.take(bucket, room: room, within: min(longest, pace.patience))
            guard ticket.isTaken else {
                giveBack(Place(due: .zero, at: .zero, seats: seats))
                return .refused(ticket.wait)
            }
            seats.append(Place.Seat(bucket: bucket, ticket: ticket, room: room))
        }
        let wait = seats.map(\.ticket.wait).max() ?? .zero
        return .given(Place(due: began + wait, at: elapsed() + wait, seats: seats))
    }

    /// Says how long somebody waits in all, from a moment to a place.
    func tell(_ providerID: String, from began: Duration, to place: Place) {
        if place.at > began { observe(.waiting(provider: providerID, place.at - began)) }
    }

    static func tooMany(_ providerName: String, _ wait: Duration) -> OAuthError {
        OAuthError(.rateLimited, "Too many requests to \(providerName) are waiting already.", retryAfter: wait)
    }

    /// Whoever goes away before gives the place back.
    func sleep(towards place: Place, until moment: Duration) async throws {
        let rest = moment - elapsed()
        guard rest > .zero else { return }
        do { try await clock.sleep(for: rest, tolerance: Duration.zero) } catch {
            giveBack(place)
            throw error
        }
    }

    /// Hears how a token request ended: of a "too many requests" everybody's pace follows, of a block the app's.
    package func heard(_ outcome: TokenOutcome, _ registration: ClientRegistration, account: String?) {
        noteBlock(outcome, registration, account: account)
        guard case .unprocessed(let setback) = outcome, setback.kind == .rateLimited else { return }
        let bucket = PaceBucket(registration.provider.rateLimit, registration, account: account)
        slowDown([bucket], registration.provider.id, setback.retryAfter)
    }

    /// Makes everybody's pace slower, and says so.
    func slowDown(_ buckets: [PaceBucket], _ providerID: String, _ retryAfter: Duration?) {
        let factors = buckets.map { (isStated: $0.limit != nil, factor: ledger.slowDown($0, pause: retryAfter)) }
        let factor = factors.filter(\.isStated).map(\.factor).max()
        observe(.refused(provider: providerID, factor: factor))
    }
}
