// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// A report that says which bundles still hold something from before, as far as this identity can know.
    ///
    /// A bundle holds copies: what it lent can't be put on hold, and an access token in it lives until its own end.
    func surveyed(_ report: RotationReport) async throws -> RotationReport {
        var report = report
        report.bundles = readsAllEvents ? .known(try await lentBundles(report)) : .unreadable
        return report
    }

    private func lentBundles(_ report: RotationReport) async throws -> [ReportedBundle] {
        let now = effects.now()
        var filter = AuditFilter()
        filter.action = .bundle
        // None lives longer, and the chains are read a day beyond this: a maker's clock may be wrong by that.
        filter.since = now.addingTimeInterval(-2 * Double(BundleRequest.longestLife.components.seconds))
        let renewals = report.renewals
        var found: [ReportedBundle] = []
        try await vault.eachNewestEvent(filter) { listing in
            guard let record = listing.record, record.outcome != .refused,
                let expiresAt = record.details["until"].flatMap({ try? Date($0, strategy: .iso8601) }), expiresAt > now
            else { return }
            // In the same second it may be from before.
            let paths = record.paths.filter { path in renewals[path].map { record.at <= $0 } ?? false }
            guard !paths.isEmpty else { return }
            found.append(
                ReportedBundle(
                    id: record.details["bundle"] ?? "?", identity: listing.receiver, madeAt: record.at,
                    expiresAt: expiresAt, paths: paths))
        }
        return found.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }
    }
}
