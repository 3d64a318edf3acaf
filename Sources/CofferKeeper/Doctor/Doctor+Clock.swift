// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation

extension Doctor {
    /// What a `Date` header and the way here may take, in seconds.
    private static let tolerated: TimeInterval = 30
    /// From here on tokens are taken for fresh that are not, in seconds.
    private static let grave: TimeInterval = 600

    /// What the clock says against providers, and against the newest event: time that was seen does not come again.
    func clockFindings(_ keeper: Keeper?, _ answers: [ProviderAnswer]) async -> [DoctorFinding] {
        let theirs = Self.providerClock(answers, isOffline: isOffline)
        let newest: Date?
        do { newest = try await keeper?.vault.newestEventTime() } catch {
            return [theirs, Self.failed("clock_events", error, fix: "run: coffer audit verify")]
        }
        return [theirs, Self.eventClock(newest, now: effects.now(), isConfirmed: theirs.result == .ok)]
    }

    static func providerClock(_ answers: [ProviderAnswer], isOffline: Bool) -> DoctorFinding {
        // The median: one host with a wrong clock is that host's trouble.
        let ahead = answers.compactMap(\.clockAhead).sorted()
        guard !ahead.isEmpty else {
            return .skipped(
                "clock_providers", isOffline ? "no provider was asked, as --offline says" : "no provider said the time")
        }
        let middle = ahead[ahead.count / 2]
        let seconds = Int(middle.magnitude.rounded())
        guard middle.magnitude > tolerated else {
            return .ok(
                "clock_providers", "the clock agrees with \(ahead.count == 1 ? "a provider's" : "the providers'")")
        }
        let finding = "the clock is \(seconds) s \(middle > 0 ? "behind" : "ahead of") what providers say"
        let fix = "set the clock, and have it kept: systemd-timesyncd, chrony or ntpd"
        return middle.magnitude > grave
            ? .failure("clock_providers", finding, fix: fix, code: "configuration")
            : .warning("clock_providers", finding, fix: fix)
    }

    static func eventClock(_ newest: Date?, now: Date, isConfirmed: Bool) -> DoctorFinding {
        guard let newest else {
            return .skipped("clock_events", "there is no event whose time this identity may read")
        }
        let ahead = newest.timeIntervalSince(now)
        guard ahead > tolerated else { return .ok("clock_events", "no event of the vault lies in the future") }
        let finding =
            "the newest event lies \(Int(ahead.rounded())) s in the future: the clock was set back, or was wrong then"
        // Where a provider says that the clock is right now, it was wrong when the event was written.
        guard ahead > grave, !isConfirmed else {
            return .warning("clock_events", finding, fix: "compare the clock with another one")
        }
        return .failure("clock_events", finding, fix: "set the clock, and have it kept", code: "configuration")
    }
}
