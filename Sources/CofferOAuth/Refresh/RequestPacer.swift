// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Keeps requests under their provider's rate limits: each waits for its place before it is sent.
package struct RequestPacer: Sendable {
    /// What happened, for who logs or measures.
    package enum Event: Sendable, Equatable {
        /// A request waits for its place.
        case waiting(provider: String, Duration)
        /// The provider said "too many requests": the pace is so many times slower for a while.
        case refused(provider: String, factor: Int)
    }

    /// A place that was given.
    package struct Place: Sendable, Equatable {
        fileprivate let at: Duration
        /// From what it was taken, where it was waited for: others are about.
        fileprivate let contended: [PaceBucket]
    }

    /// How long before its place a request may be got ready: 100 ms, more than a commit takes, less than matters if it is
    /// never sent.
    private static let lead = Duration.milliseconds(100)

    /// How late a request may be at its place: 30 ms, which is what amoCRM's pace leaves of a second.
    private static let lateness = Duration.milliseconds(30)

    /// How long a request that was late waits for another place: 2 s, since its intent is recorded already.
    private static let longestDetour = Duration.seconds(2)

    private let clock: any Clock<Duration>
    private let elapsed: @Sendable () -> Duration
    private let ledger: any PaceLedger
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
        self.observe = observe
    }

    /// How many refusals were counted, by everybody who shares the ledger.
    package var refusals: Int { ledger.refusals }

    /// Waits until a token request may be sent.
    ///
    /// - Parameters:
    ///   - registration: the client, whose provider has the limit.
    ///   - account: what tells this account from others of the app, where the limit is the account's.
    /// - Throws: `OAuthError` with code `rate_limited` when the place would be too far away, and nothing is taken then;
    ///   `CancellationError` when the task is cancelled, and then its place is used up.
    package func pace(_ registration: ClientRegistration, account: String?) async throws {
        try await arrive(approach(registration, account: account))
    }

    /// Takes a place for a token request and waits until shortly before it: time for what must be durable first, which is
    /// not always equally quick; see ``pace(_:account:)``.
    package func approach(_ registration: ClientRegistration, account: String?) async throws -> Place {
        let limit = registration.provider.rateLimit
        let place = try take(
            [PaceBucket(limit, registration, account: account)], registration.provider.id,
            registration.provider.displayName)
        try await sleep(until: place.at - Self.lead)
        return place
    }

    /// Waits for the rest of the way to a place.
    ///
    /// Whoever comes late, since a commit took long or the machine is busy, would meet those who come in time: another place
    /// is taken then, unless it is far away.
    package func arrive(_ place: Place) async throws {
        try await sleep(until: place.at)
        guard !place.contended.isEmpty, elapsed() - place.at > Self.lateness else { return }
        let detour = place.contended.map { ledger.take($0) }.max() ?? .zero
        if detour <= Self.longestDetour { try await sleep(until: elapsed() + detour) }
    }

    /// Waits until a request to an account's API may be sent; see ``pace(_:account:)``.
    package func pace(_ api: PacedAPI) async throws {
        try await arrive(take(api.buckets, api.providerID, api.providerName))
    }

    private func take(
        _ buckets: [PaceBucket], _ providerID: String, _ providerName: String
    ) throws -> Place {
        var wait = Duration.zero
        // The slowest is the likeliest to refuse, and then nothing is taken of the others.
        for bucket in buckets.sorted(by: { RequestPace($0.limit).step > RequestPace($1.limit).step }) {
            let place = ledger.take(bucket)
            guard place <= RequestPace(bucket.limit).patience else {
                throw OAuthError(
                    .rateLimited, "Too many requests to \(providerName) are waiting already.", retryAfter: place)
            }
            wait = max(wait, place)
        }
        if wait > .zero { observe(.waiting(provider: providerID, wait)) }
        return Place(at: elapsed() + wait, contended: wait > .zero ? buckets : [])
    }

    private func sleep(until moment: Duration) async throws {
        let rest = moment - elapsed()
        if rest > .zero { try await clock.sleep(for: rest) }
    }

    /// Hears how a token request ended: of a "too many requests" everybody's pace follows.
    package func heard(_ outcome: TokenOutcome, _ registration: ClientRegistration, account: String?) {
        guard case .unprocessed(let setback) = outcome, setback.kind == .rateLimited else { return }
        let bucket = PaceBucket(registration.provider.rateLimit, registration, account: account)
        slowDown([bucket], registration.provider.id, setback.retryAfter)
    }

    /// Hears of a "too many requests" from the API of an account.
    package func heardLimit(_ api: PacedAPI, retryAfter: Duration?) {
        slowDown(api.buckets, api.providerID, retryAfter)
    }

    private func slowDown(_ buckets: [PaceBucket], _ providerID: String, _ retryAfter: Duration?) {
        let factor = buckets.map { ledger.slowDown($0, pause: retryAfter) }.max() ?? 1
        observe(.refused(provider: providerID, factor: factor))
    }
}
