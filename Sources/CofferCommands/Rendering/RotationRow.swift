// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A rotation in a list, and in short.
struct RotationRow: ListedItem {
    /// The whole of it.
    private let report: RotationReport

    /// Takes a report.
    init(_ report: RotationReport) {
        self.report = report
    }

    /// Writes the report's object.
    func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }

    static var listName: String { "rotations" }

    static var columns: [TextTable.Column] {
        [
            .init("ROTATION"), .init("APP"), .init("STATE"), .init("WAITS FOR"), .init("BY"), .init("OPENED"),
            .init("REISSUED", .right), .init("OPEN ITEMS", .right),
        ]
    }

    static var emptyMessage: String { "there has been no rotation" }

    func cells(now: Date) -> [String] {
        [
            report.id.description, report.app.description, state, ReportWords.wait(report) ?? "-", report.lastRunBy,
            RelativeTime.text(report.openedAt, now: now), reissued, "\(report.openItems.count)",
        ]
    }

    var colours: [Int: TextColour] {
        switch report.state {
        case .closed: [2: report.closedUnproven ? .yellow : .green]
        case .running, .awaitingOperator: [2: .yellow]
        case .abandoned: [:]
        case .stopped: [2: .red]
        }
    }

    var quietLine: String { report.id.description }

    /// The state in words, and what a person is waited for with.
    private var state: String {
        report.awaitsRemoval ? "awaiting removal" : report.state.rawValue.replacing("_", with: " ")
    }

    /// How many of the connections have new tokens.
    private var reissued: String {
        "\(report.connections.count { $0.outcome == .reissued })/\(report.connections.count)"
    }

    /// The rotation in short.
    func facts(now: Date) -> FactSheet {
        let proofs = Dictionary(grouping: report.proofs, by: \.proof.result).mapValues(\.count)
        let time = { (date: Date?) in date.map { "\(JSONText.rfc3339($0)), \(RelativeTime.text($0, now: now))" } }
        return FactSheet(
            [
                ("rotation", report.id.description), ("app", report.app.description),
                ("because of", report.mode.rawValue),
                ("state", state), ("waits for", ReportWords.wait(report)),
                ("opened", time(report.openedAt)), ("by", report.openedBy), ("last run by", report.lastRunBy),
                ("tainted", time(report.taintedAt)),
                ("old secret dead", time(report.oldSecretDeadAt) ?? "not proven"),
                ("reissued", "\(reissued) connections"), ("closed", time(report.closedAt)),
                ("proven", "\(proofs[.proven] ?? 0)"), ("unproven", "\(proofs[.unproven] ?? 0)"),
                ("refuted", proofs[.refuted].map { "\($0)" }),
                ("frozen", report.isFrozen ? "refreshes of the app wait" : nil),
            ] + report.openItems.map { ("to do", $0) })
    }
}

extension RotationReport {
    /// How a command that ran the rotation ends; `nil` if it is closed and nothing is left.
    var exitStatus: ExitStatus? {
        switch state {
        case .closed: closedUnproven ? .unproven : nil
        case .awaitingOperator: .awaitsOperator
        case .stopped: stopReason == .connectionsLeft ? .tryLater : .failed
        case .abandoned: .failed
        case .running: .tryLater
        }
    }
}
