// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension RotationReport {
    /// The report for a person at three in the morning: what to do, what is proven, what happened, then the details.
    ///
    /// No colour and no control characters; lines end in a line feed.
    package var text: String {
        var sections = drillLines + [heading]
        if let awaits { sections.append(instructions(awaits)) }
        sections.append(openItemLines)
        if let bundles { sections.append(bundleLines(bundles)) }
        sections += proofSections
        sections.append(timeline)
        if !connections.isEmpty { sections.append(table("CONNECTIONS", connections)) }
        if !unplanned.isEmpty { sections.append(table(ReportWords.unplanned.uppercased(), unplanned)) }
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// What a person must do now, and nothing else: for the moment in which the rotation begins to wait.
    package var instructionText: String {
        guard let awaits else { return text }
        let waiting = ReportWords.count(connections.count, "connection waits", "connections wait") + " to be reissued."
        let isCounted = !awaitsRemoval && subject == .clientSecret
        let sections = drillLines + [heading + (isCounted ? [waiting] : []), instructions(awaits)]
        return sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
    }

    /// What keeps a drill from being taken for the real thing; before everything else.
    private var drillLines: [[String]] {
        drill.map { [["\(DrillMark.title.uppercased()). \($0.summary(of: self))"] + $0.notes(of: self).dropFirst()] }
            ?? []
    }

    private var heading: [String] {
        let standing = ReportWords.standing(self)
        let summary = [standing.state.uppercased(), standing.remark].compactMap(\.self).joined(separator: ", ")
        var lines = ["Rotation \(id) of \(app) (\(ReportWords.mode(mode))): \(summary)"]
        let strength = taint.map { ", taint \($0.rawValue)" } ?? ""
        lines.append("opened \(Timestamp.text(openedAt)) by \(openedBy), driver \(driver)\(strength)")
        let times = milestones.filter { $0.kind != .opened }.compactMap { milestone in
            milestone.at.map { "\(ReportWords.milestone(milestone.kind)) after \(since($0))" }
        }
        if !times.isEmpty { lines.append(times.joined(separator: ", ")) }
        if let containment { lines.append(ReportWords.containment(containment, of: self)) }
        if isFrozen { lines.append("Refreshes of this app are frozen until the new secret is in force.") }
        return lines
    }

    private func instructions(_ request: OperatorRequest) -> [String] {
        ["WHAT TO DO: \(request.title)"] + request.steps.enumerated().map { "  \($0.offset + 1). \($0.element)" }
            + (request.link.map { ["  \($0)"] } ?? []) + wayOn.map { "  \($0)" }
    }

    /// How it goes on, and what is done where it goes wrong.
    private var wayOn: [String] {
        let next = WayOn(self)
        return ["\(next.lead) \(next.command)"] + next.remarks
    }

    private var openItemLines: [String] {
        guard !openItems.isEmpty else { return ["OPEN ITEMS: none\(state == .closed ? "" : " so far")"] }
        return ["OPEN ITEMS (\(openItems.count))"] + openItems.map { "  - \($0)" }
            + (loginAdvice.map { ["  \($0)"] } ?? [])
    }

    private func bundleLines(_ survey: BundleSurvey) -> [String] {
        guard case .known(let found) = survey else { return ["BUNDLES STILL OUT THERE: \(ReportWords.unreadBundles)"] }
        guard !found.isEmpty else { return ["BUNDLES STILL OUT THERE: none"] }
        var table = TextTable(["BUNDLE", "OF", "MADE", "OPENS UNTIL", "HOLDS FROM BEFORE"])
        for bundle in found {
            table.add([
                bundle.id, bundle.identity, Timestamp.text(bundle.madeAt), Timestamp.text(bundle.expiresAt),
                ReportWords.contents(bundle),
            ])
        }
        return ["BUNDLES STILL OUT THERE (\(found.count))"] + table.lines + (bundleAdvice.map { ["  \($0)"] } ?? [])
    }

    private var proofSections: [[String]] {
        [ProofResult.refuted, .unproven, .proven].compactMap { result in
            let found = proofs.filter { $0.proof.result == result }
            guard !found.isEmpty else { return nil }
            var table = TextTable()
            for reported in found {
                let proof = reported.proof
                table.add([
                    reported.connection?.description ?? app.description,
                    ReportWords.finding(proof), Timestamp.clock(proof.at), proof.evidence,
                ])
            }
            return ["\(ReportWords.result(result).uppercased()) (\(found.count))"] + table.lines
        }
    }

    private var timeline: [String] {
        var table = TextTable()
        for step in steps {
            table.add([
                Timestamp.text(step.at), "+" + since(step.at), ReportWords.step(step.step), step.by,
                step.detail ?? "",
            ])
        }
        return ["TIMELINE"] + table.lines
    }

    private func table(_ title: String, _ connections: [ReportedConnection]) -> [String] {
        var table = TextTable(["PATH", "OUTCOME", "TOKENS", "AT", "REASON"])
        for connection in connections {
            table.add([
                connection.path.description, ReportWords.outcome(connection.outcome),
                connection.tokens.map(ReportWords.result) ?? "-", connection.handledAt.map(Timestamp.clock) ?? "-",
                connection.reason ?? "",
            ])
        }
        return ["\(title) (\(connections.count))"] + table.lines
    }

    private func since(_ date: Date) -> String {
        Timestamp.elapsed(from: openedAt, to: date)
    }
}
