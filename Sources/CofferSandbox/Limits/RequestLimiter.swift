// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Decides whether a request is let through; a pure value over the instants it is given.
struct RequestLimiter: Sendable {
    /// Who is counted together: an integration at one source address, the strictest reading of the vendor's sentence.
    struct Party: Hashable, Sendable {
        /// The client id, or empty if the request named none that exists.
        let clientID: String
        /// The address the connection comes from, without the port.
        let source: String
    }

    /// What becomes of one request.
    enum Verdict: Sendable, Equatable {
        case admitted
        /// Answer 429; it does not count towards the rate (assumed).
        case limited
        /// Answer 403, whatever was asked.
        case blocked
    }

    private struct Tally {
        var admitted: [Date] = []
        /// What is in the bucket, and when that was so.
        var level = 0.0
        var levelAt = Date.distantPast
        var breaches: [Date] = []
        var blockedUntil: Date?
    }

    private let settings: LimitSettings
    private var tallies: [Party: Tally] = [:]

    init(settings: LimitSettings) {
        self.settings = settings
    }

    /// Counts one request that arrives at `now`.
    mutating func admit(_ party: Party, at now: Date) -> Verdict {
        guard settings.requestsPerSecond < .max else { return .admitted }
        var tally = tallies[party] ?? Tally()
        defer { tallies[party] = tally }
        if let end = tally.blockedUntil {
            guard now >= end else { return .blocked }
            tally = Tally()
        }
        if admits(&tally, at: now) { return .admitted }
        tally.breaches.removeAll { now >= $0.adding(settings.breachWindow) }
        tally.breaches.append(now)
        if tally.breaches.count >= settings.breachesBeforeBlock {
            tally.blockedUntil = now.adding(settings.blockDuration)
        }
        return .limited
    }

    /// Counts a request if there is room for it.
    private func admits(_ tally: inout Tally, at now: Date) -> Bool {
        guard settings.burst > 0 else {
            tally.admitted.removeAll { now >= $0.adding(.seconds(1)) }
            guard tally.admitted.count < settings.requestsPerSecond else { return false }
            tally.admitted.append(now)
            return true
        }
        let drained = now.timeIntervalSince(tally.levelAt) * Double(settings.requestsPerSecond)
        tally.level = max(0, tally.level - drained)
        tally.levelAt = now
        guard tally.level + 1 <= Double(settings.burst) else { return false }
        tally.level += 1
        return true
    }
}
