// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What `coffer migrate` did.
package struct MigrationSummary: Sendable, Equatable, Encodable {
    /// The vault's id.
    package let vault: String
    /// Where it was.
    package let from: String
    /// Where it is.
    package let to: String
    /// How many entries lie there.
    package let entryCount: Int
    /// The ids of entries that open in neither place.
    package let unopened: [String]
    /// Whether an earlier call had begun it.
    package let wasBegun: Bool

    init(_ plan: MigrationPlan, _ report: MoveReport) {
        vault = plan.vault
        from = plan.from
        to = plan.to
        entryCount = report.entryCount
        unopened = report.unopened.map(\.description)
        wasBegun = report.wasBegun
    }
}
