// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What was exposed, and how far the record can be relied on for it.
package struct ExposureReport: Sendable {
    /// The entries, the most urgent first.
    package internal(set) var rows: [ExposureRow]
    /// Whether the record of events is broken, so that more may have been read than is told.
    package let isBroken: Bool
    /// What limits the answer, in sentences.
    package let notes: [String]

    init(_ rows: [ExposureRow], _ chains: ChainReport, closedCount: Int) {
        self.rows = rows
        isBroken = chains.isBroken
        var notes: [String] = []
        if chains.isBroken {
            notes.append(
                "the record of events is broken: more may have been read, and less replaced, than is told here; see: coffer audit "
                    + "verify")
        } else if !chains.isIntact {
            notes.append("the record of events has faults that change nothing here; see: coffer audit verify")
        }
        if closedCount > 0 {
            notes.append(
                "\(closedCount) events were sealed to earlier owners and can't be read by this identity: more may have been read "
                    + "than is told here")
        }
        self.notes = notes
    }
}
