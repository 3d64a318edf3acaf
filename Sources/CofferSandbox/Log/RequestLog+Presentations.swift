// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension RequestLog {
    /// What was done with each refresh token that was sent: for tests of what must *not* happen to it.
    ///
    /// None may be twice under way at once, nor be sent again after a success or a final refusal, and after an end that
    /// told nothing at most once more (docs/sandbox.md).
    package var refreshTokenPresentations: [Presentation] {
        var groups: [String: [RequestRecord]] = [:]
        for record in records where record.endpoint == .token {
            let places = ["body.refresh_token", "query.refresh_token"]
            for print in Set(places.flatMap { record.fingerprints[$0] ?? [] }) {
                groups[print, default: []].append(record)
            }
        }
        return groups.values.map(Presentation.init).sorted { $0.numbers.lexicographicallyPrecedes($1.numbers) }
    }
}
