// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension RequestPacer {
    /// How long a request that was late waits for another place, with its intent recorded and its connection open: 10 s.
    ///
    /// That is further than those stand ahead who wait in lines (``RequestPace/nearness``) for amoCRM's pace and Bitrix24's,
    /// and leaves two thirds of a token request's time for the answer.
    static let longestDetour = Duration.seconds(10)

    /// Waits for the rest of the way to a place.
    ///
    /// Whoever comes late, since a commit or a handshake took long or the machine is busy, would meet those who come in
    /// time, also where nobody was about when the place was taken: another is taken then.
    ///
    /// - Parameters:
    ///   - place: the one that was given.
    ///   - end: until when another may be waited for; ``longestDetour`` from when it turns out to be needed unless told.
    /// - Throws: as ``detour(to:until:)``.
    package func arrive(_ place: Place, until end: Duration? = nil) async throws {
        if try await reaches(place) { return }
        giveBack(place)
        let now = elapsed()
        // Who was about to go has a moment more, also where its time is over.
        try await detour(to: place.buckets, until: max(end ?? now + Self.longestDetour, now + Self.near))
    }

    /// Waits for the next place that is not missed.
    ///
    /// Nobody goes without one: beside those who come in time that would be one too many. Whoever misses each, since the
    /// machine wakes it late every time, is given room behind the next; see ``PaceLateness``.
    ///
    /// - Throws: `OAuthError` with code `rate_limited` when there is none until then, and nothing is taken;
    ///   `CancellationError` when the task is cancelled.
    func detour(to buckets: [PaceBucket], until end: Duration) async throws {
        while true {
            switch ask(for: buckets, within: end - elapsed()) {
            case .given(let place):
                if try await reaches(place) { return }
                giveBack(place)
            case .refused(let wait):
                throw OAuthError(
                    .rateLimited, "The request was late for its place under the rate limit, and the next is far away.",
                    retryAfter: wait)
            }
        }
    }

    /// Waits for a place, and says whether it was not missed.
    private func reaches(_ place: Place) async throws -> Bool {
        let isAhead = place.at > elapsed()
        try await sleep(towards: place, until: place.at)
        if isAhead { lateness.was(max(elapsed() - place.due, .zero)) }
        return !isMissed(place)
    }
}
