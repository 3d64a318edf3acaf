// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferRotation
import CofferVault
import Foundation

extension Keeper {
    /// How far the clock of whoever made a bundle may be ahead of that of whoever ran the rotation.
    private static let lendingSlack: TimeInterval = 60

    /// A report that says which bundles still hold something from before, as far as this identity can know.
    ///
    /// A bundle holds copies: what it lent can't be put on hold, and an access token in it lives until its own end. That they can't be
    /// looked for keeps nobody from the rest of the report. Events are read for it, so it is for what is shown.
    package func surveyed(_ report: RotationReport) async throws -> RotationReport {
        var report = report
        do {
            report.bundles = readsAllEvents ? .known(try await lentBundles(report)) : .unreadable
        } catch let error as VaultError {
            effects.log.warning("which bundles are still out there can't be read: \(error.message)")
        }
        return report
    }

    private func lentBundles(_ report: RotationReport) async throws -> [ReportedBundle] {
        let now = effects.now()
        var filter = AuditFilter()
        filter.action = .bundle
        // None lives longer, and the chains are read a day beyond this: a maker's clock may be wrong by that.
        filter.since = now.addingTimeInterval(-2 * Double(BundleRequest.longestLife.components.seconds))
        var lent: [(record: AuditRecord, identity: String, expiresAt: Date)] = []
        try await vault.eachNewestEvent(filter) { listing in
            guard let record = listing.record, record.outcome != .refused,
                let expiresAt = record.details["until"].flatMap({ try? Date($0, strategy: .iso8601) }), expiresAt > now
            else { return }
            lent.append((record, listing.receiver, expiresAt))
        }
        var renewals = report.renewals
        var found: [ReportedBundle] = []
        for bundle in lent {
            var paths: [String] = []
            for path in bundle.record.paths where report.concerns(path) {
                let renewal = try await renewal(of: path, report, &renewals)
                if bundle.record.at <= renewal.addingTimeInterval(Self.lendingSlack) { paths.append(path) }
            }
            guard !paths.isEmpty else { continue }
            found.append(
                ReportedBundle(
                    id: bundle.record.details["bundle"] ?? "?", identity: bundle.identity, madeAt: bundle.record.at,
                    expiresAt: bundle.expiresAt, paths: paths))
        }
        return found.sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }
    }

    /// Since when what lies at a path is new; asked of the vault where the rotation left it to somebody else.
    private func renewal(
        of path: String, _ report: RotationReport, _ known: inout [String: Date]
    ) async throws -> Date {
        if let date = known[path], date != .distantFuture { return date }
        var date = Date.distantFuture
        if report.subject == .clientSecret, let connection = try? CredentialPath(path),
            let pair = try await knownPair(connection)
        {
            let isNew =
                report.mode == .leak ? !pair.isTainted : pair.connection.mintedUnder >= pair.app.secretEpoch
            if isNew, let obtainedAt = pair.connection.obtainedAt { date = obtainedAt }
        }
        known[path] = date
        return date
    }
}
