// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

// Requests to accounts' APIs are many, and those who wait for them come and go: they stand in lines, and are given near places
// only. Token requests, few and urgent, take any place.
extension RequestPacer {
    /// Waits until a request to an account's API may be sent.
    ///
    /// - Parameters:
    ///   - api: whose.
    ///   - longest: how long it may take; never longer than the patience of the slowest of its limits.
    /// - Throws: `OAuthError` with code `rate_limited` when it takes longer, at once where that can be told;
    ///   `CancellationError` when the task is cancelled. Nothing is taken either way.
    package func pace(_ api: PacedAPI, within longest: Duration) async throws {
        let (buckets, began) = (api.buckets, elapsed())
        let longest = min(longest, buckets.map { RequestPace($0).patience }.max() ?? longest)
        let expected = distance(of: buckets, behind: line.length(buckets))
        guard expected <= longest else { throw Self.tooMany(api.providerName, expected) }
        let deadline = began + longest
        let place: Place
        do {
            place = try await line.through(buckets, within: longest) {
                try await near(buckets, api, until: deadline)
            }
        } catch is PaceLine.TooLong {
            throw Self.tooMany(api.providerName, distance(of: buckets, behind: 0))
        }
        tell(api.providerID, from: began, to: place)
        try await arrive(place, until: deadline)
    }

    /// How far away a place is behind so many others, as far as that can be told.
    private func distance(of buckets: [PaceBucket], behind length: Int) -> Duration {
        let distances = buckets.map { bucket -> Duration in
            let next = ledger.distance(of: bucket)
            // Where nobody waits others may go at once, too.
            return next > .zero ? next + RequestPace(bucket).step * length : .zero
        }
        return distances.max() ?? .zero
    }

    /// Waits until there is a place near enough, and takes it.
    private func near(_ buckets: [PaceBucket], _ api: PacedAPI, until deadline: Duration) async throws -> Place {
        let nearness = buckets.map { RequestPace($0).nearness }.min() ?? .zero
        while true {
            try Task.checkCancellation()
            let rest = deadline - elapsed()
            switch ask(for: buckets, within: min(nearness, rest)) {
            case .given(let place): return place
            case .refused(let wait):
                guard wait <= rest else { throw Self.tooMany(api.providerName, wait) }
                // Half of the way, so that several are given places before anybody has to look again.
                try await clock.sleep(for: wait - min(nearness, rest) / 2)
            }
        }
    }

    /// Hears of a "too many requests" from the API of an account.
    package func heardLimit(_ api: PacedAPI, retryAfter: Duration?) {
        slowDown(api.buckets, api.providerID, retryAfter)
    }
}
