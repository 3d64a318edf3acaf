// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// That a report is a drill's, and what of it was not as in earnest.
package struct DrillMark: Sendable, Equatable {
    /// Which emulation of the sandbox stood in for the provider: `amocrm`, `bitrix24`, `kommo` or `strict`.
    package let standIn: String

    /// What the provider is called whose part it played.
    package let provider: String

    /// Whether waits were passed over and not waited for.
    package let isVirtual: Bool

    /// How long it took by the machine's clock.
    package let lasted: Duration

    /// How much of the report's time was passed over; zero in real time.
    package let skipped: Duration

    /// Whether a person did what a person does in earnest.
    package let isByHand: Bool

    /// Marks a report.
    package init(
        standIn: String, provider: String, isVirtual: Bool, lasted: Duration, skipped: Duration, isByHand: Bool
    ) {
        self.standIn = standIn
        self.provider = DisplayText.clean(provider)
        self.isVirtual = isVirtual
        self.lasted = lasted
        self.skipped = skipped
        self.isByHand = isByHand
    }

    /// What stands at the head of a drill's report, so that nobody takes it for another one.
    package static let title = "This is a drill"

    /// What it was of, in one sentence; of the report that it marks.
    package func summary(of report: RotationReport) -> String {
        let accounts = ReportWords.count(report.connections.count, "made-up account", "made-up accounts")
        let play = "the sandbox on this machine played \(provider) for \(report.app), with \(accounts)"
        return "Nothing real was changed or asked: \(play)."
    }

    /// What its times are worth.
    package var clockNote: String {
        let span = ReportWords.span(lasted / .seconds(1))
        let waits = ReportWords.span(skipped / .seconds(1))
        let clock =
            isVirtual
            ? "Times are virtual: \(waits) of waiting were passed over, and it took \(span)."
            : "Times are real: it took \(span)."
        return "\(clock) The sandbox answers sooner than a provider does."
    }

    /// Who did a person's part, where there is one; of the report that it marks.
    package func personNote(of report: RotationReport) -> String? {
        if isByHand { return "A person did the operator's part, at the sandbox." }
        return report.driver == RotationPlan.operatorDriver
            ? "The sandbox did the operator's part itself, at once: in earnest add the time that a person takes." : nil
    }

    /// All that is said of it, in the report that it marks.
    package func notes(of report: RotationReport) -> [String] {
        [summary(of: report), clockNote, personNote(of: report)].compactMap(\.self)
    }
}
