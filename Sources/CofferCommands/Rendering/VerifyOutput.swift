// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What a check of the vault came to, in any form.
struct VerifyOutput {
    /// One finding as a row of the table.
    private struct Row: ListedItem {
        let severity: String
        let place: String
        let what: String
        let remedy: String

        init(_ finding: VerifyFinding) {
            severity = finding.severity.rawValue
            place = finding.place
            what = finding.what
            remedy = finding.remedy
        }

        static var listName: String { "findings" }
        static var columns: [TextTable.Column] { [.init("SEVERITY"), .init("WHERE"), .init("WHAT")] }
        static var emptyMessage: String { "nothing is damaged" }
        func cells(now: Date) -> [String] { [severity, place, what] }
        var colours: [Int: TextColour] { severity == "damaged" ? [0: .red] : [0: .yellow] }
        var quietLine: String { place }
    }

    /// The JSON document.
    private struct Document: Encodable {
        let sound: Bool
        let counts: VerifyReport.Counts
        let findings: [VerifyFinding]
        let omittedFindings: Int
    }

    private let report: VerifyReport

    /// Takes a report.
    init(_ report: VerifyReport) {
        self.report = report
    }

    /// Writes findings to standard output and what was looked at to standard error.
    ///
    /// - Throws: ``CommandError`` if it cannot be written.
    func write(_ format: ListFormat, in context: CommandContext) throws {
        switch format {
        case .json:
            try context.output.write(
                JSONText.document(
                    Document(
                        sound: report.isSound, counts: report.counts, findings: report.findings,
                        omittedFindings: report.omittedFindingCount)))
        case .quiet:
            let damaged = report.findings.filter { $0.severity == .damaged }
            try ListOutput(items: damaged.map(Row.init), now: context.now()).write(.quiet, in: context)
        case .table:
            let counts = report.counts
            context.diagnostics.note(
                "checked \(counts.manifests) manifests, \(counts.chains) chains with \(counts.events) events, "
                    + "\(counts.entries) entries (\(counts.opened) opened), \(counts.journalEvents) journal events, "
                    + "\(counts.fingerprints) fingerprints, \(counts.spillFiles) spilled answers")
            try ListOutput(items: report.findings.map(Row.init), now: context.now()).write(.table, in: context)
            if report.omittedFindingCount > 0 {
                context.diagnostics.warn("\(report.omittedFindingCount) more findings are not listed")
            }
            for remedy in Set(report.findings.map(\.remedy)).sorted() where !remedy.isEmpty {
                context.diagnostics.hint(remedy)
            }
        }
    }
}
