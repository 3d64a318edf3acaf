// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// One line of a rotation's history.
package struct ReportedStep: Sendable, Equatable {
    /// The event's name, `tainted`.
    package let step: String

    /// When; of a summed-up row the time of the last.
    package let at: Date

    /// Who ran the rotation then.
    package let by: String

    /// What came of it, one sentence.
    package let detail: String?

    /// How many events the row stands for.
    let count: Int

    /// Makes a row for an event.
    init(_ event: JournalEvent, detail: String?, count: Int = 1) {
        step = event.fact.name
        at = event.at
        by = event.by
        self.detail = detail
        self.count = count
    }
}
