// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
package import Foundation

/// An event as `coffer audit show` has it; no secret in it.
package struct AuditEventView: Sendable, Equatable, Encodable {
    /// The name of the identity whose chain it stands in.
    package let identity: String
    /// Its number in that chain.
    package let sequence: Int
    /// When; absent where the body is sealed to others, as everything below but `writes`.
    package let at: Date?
    /// What.
    package let action: String?
    /// On which paths.
    package let paths: [String]?
    /// How it ended.
    package let outcome: String?
    /// Why, and details.
    package let reason: String?
    /// Details by name.
    package let details: [String: String]?
    /// How many rows it wrote.
    package let writes: Int
    /// The bundle that it came home from.
    package let bundle: String?
    /// What keeps it from being shown or from counting: `sealed`, `damaged`, `not_a_member`.
    package let note: String?

    init(_ listing: AuditListing) {
        identity = listing.signer.name
        sequence = Int(clamping: listing.sequence)
        let record = listing.record
        at = record?.at
        action = record?.action.rawValue
        paths = record?.paths
        outcome = record?.outcome.rawValue
        reason = record.flatMap { $0.reason.isEmpty ? nil : $0.reason }
        details = record.flatMap { $0.details.isEmpty ? nil : $0.details }
        writes = listing.event?.bindings.count ?? 0
        bundle = nil
        note =
            if listing.event == nil {
                "damaged"
            } else if !listing.signer.counts(listing.sequence) {
                "not_a_member"
            } else if record == nil {
                "sealed"
            } else {
                nil
            }
    }

    init(_ collected: CollectedListing) {
        let record = collected.record
        identity = collected.name
        sequence = Int(clamping: collected.sequence)
        at = record.at
        action = record.action.rawValue
        paths = record.paths
        outcome = record.outcome.rawValue
        reason = record.reason.isEmpty ? nil : record.reason
        details = record.details.isEmpty ? nil : record.details
        writes = 0
        bundle = collected.bundle.description
        note = nil
    }
}
