// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How it goes on once a person has done what is asked for, for the text and for the page alike.
package struct WayOn: Sendable, Equatable {
    /// What comes then, up to the command.
    package let lead: String
    /// What is typed.
    package let command: String
    /// What follows from it, and what is done where it goes wrong: a sentence or two each.
    package let remarks: [String]

    /// Of a rotation that waits.
    package init(_ report: RotationReport) {
        if report.drill != nil {
            lead = "The drill ends here; begin another with:"
            command = "coffer rotate drill \(report.app)"
            remarks = []
        } else if report.awaitsRemoval {
            lead = "Then say so:"
            command = "coffer rotate resume \(report.id) --removed"
            remarks = [ReportWords.ifItGoesWrong]
        } else {
            lead = "Then give the new secret, at the hidden prompt or on standard input, to:"
            command = report.resumeCommand
            remarks = [ReportWords.whatFollows(report), ReportWords.ifItGoesWrong]
        }
    }
}
