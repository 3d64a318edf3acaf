// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension ReportPage {
    /// How many open items stand on top before the rest unfolds: as many as fit on a page of paper.
    private static let shownItems = 30

    /// That it was a drill; nothing in earnest.
    var drill: HTML {
        guard let drill = report.drill else { return .empty }
        let notes = drill.notes(of: report).map { HTML.element(.p, [:], $0) }
        return .element(.div, [.class: "drill"], [.element(.p, [.class: "figure"], DrillMark.title)] + notes)
    }

    /// What it is of, and how it stands.
    var header: HTML {
        let standing = ReportWords.standing(report)
        let last = report.steps.last?.at ?? report.openedAt
        let facts: [(String, HTML)] = [
            ("Rotation", .element(.code, [:], report.id.description)),
            ("Because of", .text(ReportWords.mode(report.mode))),
            ("Opened", .joined([fullMoment(report.openedAt), .text(" by \(report.openedBy)")])),
            ("Secret replaced by", .text(report.driver)),
            ("Meanwhile", .text(ReportWords.taint(report.taint))),
            ("Last event", fullMoment(last)),
        ]
        let title = HTML.joined([.text("Rotation of "), .element(.code, [:], report.app.description)])
        let state = [standing.state, standing.remark].compactMap(\.self).joined(separator: ", ")
        return .element(
            .header, [:],
            [
                .element(.h1, [:], [title]),
                .element(.p, [.class: "standing"], [badge(Standing(report), state)]),
                .element(
                    .dl, [.class: "facts"],
                    facts.map { name, value in
                        .element(.div, [:], [.element(.dt, [:], name), .element(.dd, [:], [value])])
                    }),
            ])
    }

    /// What is left for a person: first of all, also where it is nothing.
    var openItems: HTML {
        let items = report.openItems.map { HTML.element(.li, [:], $0) }
        var content: [HTML] = []
        if items.isEmpty {
            let isClosed = report.state == .closed
            content.append(.element(.p, [:], isClosed ? "Nothing is left to do." : "Nothing for a person so far."))
        } else {
            content.append(.element(.ul, [.class: "items"], Array(items.prefix(Self.shownItems))))
        }
        if items.count > Self.shownItems {
            let rest = items.count - Self.shownItems
            content.append(
                .element(
                    .details, [:],
                    [
                        .element(.summary, [:], "and \(rest) more"),
                        .element(.ul, [.class: "items"], Array(items.dropFirst(Self.shownItems))),
                    ]))
        }
        if let advice = report.loginAdvice { content.append(.element(.p, [:], advice)) }
        if let awaits = report.awaits { content.append(instructions(awaits)) }
        if report.isFrozen {
            content.append(.element(.p, [:], "Refreshes of the app are stopped until the new secret is in force."))
        }
        return section("open", items.isEmpty ? "Open items" : "Open items (\(items.count))", content)
    }

    /// What a person does now.
    private func instructions(_ request: OperatorRequest) -> HTML {
        let steps = request.steps.map { HTML.element(.li, [:], $0) }
        let next = WayOn(report)
        let last = HTML.element(.li, [:], [.text("\(next.lead) "), .element(.code, [:], next.command)])
        let link = request.link.map { HTML.element(.p, [:], [.text("Begin at: "), .link(to: $0, $0)]) }
        let heading = HTML.element(.h3, [:], "What to do: \(request.title)")
        let remarks = next.remarks.map { HTML.element(.p, [:], $0) }
        return .element(
            .div, [.class: "instructions"], [heading, link ?? .empty, .element(.ol, [:], steps + [last])] + remarks)
    }

    /// How long it took until what leaked was of no use, and what came out.
    var containment: HTML {
        guard let contained = report.containment else { return .empty }
        let doubts = contained.doubts.map { HTML.element(.li, [:], $0) }
        var content: [HTML] = []
        if let at = contained.at {
            let span = ReportWords.span(at.timeIntervalSince(report.openedAt))
            content += [
                .element(.p, [.class: "figure"], span),
                .element(
                    .p, [:],
                    "From the report of the leak until the old secret was out of use and the last connection had new tokens."
                ),
            ]
            if !doubts.isEmpty { content.append(.element(.p, [:], "As far as is known:")) }
        } else {
            content.append(.element(.p, [.class: "figure"], "Not contained"))
        }
        if !doubts.isEmpty { content.append(.element(.ul, [.class: "items"], doubts)) }
        return section("containment", "Time to contain", content + [tallies])
    }

    /// The numbers of what came out.
    private var tallies: HTML {
        var results: [ProofResult: Int] = [:]
        for reported in report.proofs { results[reported.proof.result, default: 0] += 1 }
        let reissued = report.connections.count { $0.outcome == .reissued }
        let numbers: [(String, String)] = [
            ("connections reissued", "\(reissued) of \(report.connections.count)"),
            ("claims proven", "\(results[.proven] ?? 0)"), ("claims not proven", "\(results[.unproven] ?? 0)"),
            ("found to be otherwise", "\(results[.refuted] ?? 0)"),
        ]
        return .element(
            .dl, [.class: "tallies"],
            numbers.map { name, number in
                .element(.div, [:], [.element(.dt, [:], name), .element(.dd, [:], number)])
            })
    }

    /// A moment with its day.
    private func fullMoment(_ date: Date) -> HTML {
        let text = Timestamp.text(date)
        return .element(.time, [.datetime: text], text.replacing("T", with: " "))
    }
}
