// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A rotation's report as one page: to be kept with the papers of the incident, printed, or sent to somebody.
///
/// The page needs nothing from elsewhere and no script, and its policy allows neither. The same report is always the same
/// page, byte for byte.
struct ReportPage {
    /// What it is of.
    let report: RotationReport

    /// The whole document.
    var html: String {
        let standing = ReportWords.standing(report)
        let sheet = StyleSheet.report
        return HTML.document(
            language: "en",
            head: [
                .element(.meta, [.charset: "utf-8"]),
                .element(.meta, [.httpEquiv: "Content-Security-Policy", .content: sheet.policy]),
                .element(.meta, [.name: "viewport", .content: "width=device-width, initial-scale=1"]),
                .element(.meta, [.name: "color-scheme", .content: "light dark"]),
                .element(.meta, [.name: "referrer", .content: "no-referrer"]),
                .element(
                    .title, [:], "\(report.drill == nil ? "" : "Drill: ")Rotation of \(report.app): \(standing.state)"),
                .style(sheet),
            ],
            body: [
                drill,
                header,
                .element(
                    .main, [:],
                    [openItems, containment, timeline, bundles, secretProofs, connections, people, steps].filter {
                        !$0.markup.isEmpty
                    }),
                .element(
                    .footer, [:],
                    [
                        .element(
                            .p, [:],
                            "Written by \(author). All times are UTC. There is no secret in it.")
                    ]
                ),
            ])
    }

    /// The command that wrote it.
    private var author: String { report.drill == nil ? "coffer rotate report" : "coffer rotate drill" }

    // MARK: - Parts

    /// A section with its heading.
    func section(_ id: String, _ heading: String, _ content: [HTML]) -> HTML {
        .element(
            .section, [.id: id, .ariaLabelledBy: "\(id)-heading"],
            [.element(.h2, [.id: "\(id)-heading"], heading)] + content)
    }

    /// A table: what it shows, its columns, its rows.
    func table(_ name: String, _ caption: String, columns: [String], rows: [HTML]) -> HTML {
        let headings = columns.map { HTML.element(.th, [.scope: "col"], $0) }
        return .element(
            .table, [.class: name],
            [
                .element(.caption, [:], caption),
                .element(.thead, [:], [.element(.tr, [:], headings)]),
                .element(.tbody, [:], rows),
            ])
    }

    /// A state in a word, with a sign before it, so that colour is not all that tells it.
    func badge(_ kind: Standing, _ word: String) -> HTML {
        .element(
            .span, [.class: "badge \(kind.rawValue)"],
            [.element(.span, [.ariaHidden: "true"], kind.sign), .text(" \(word)")])
    }

    /// A moment: the time of day, and the day too if it is another than that of the beginning.
    func moment(_ date: Date) -> HTML {
        let text = Timestamp.text(date)
        let isSameDay = text.prefix(10) == Timestamp.text(report.openedAt).prefix(10)
        return .element(
            .time, [.datetime: text], isSameDay ? Timestamp.clock(date) : text.replacing("T", with: " "))
    }

    /// How long after the beginning.
    func after(_ date: Date) -> HTML {
        .element(.small, [.class: "after"], later(date))
    }

    /// How long after the beginning, in words.
    func later(_ date: Date) -> String {
        "+" + Timestamp.elapsed(from: report.openedAt, to: date)
    }

    /// How well something stands; the classes of the style sheet.
    enum Standing: String {
        case good, open, bad

        /// The sign of it.
        var sign: String {
            switch self {
            case .good: "✓"
            case .open: "?"
            case .bad: "✗"
            }
        }

        /// What a claim's result is.
        init(_ result: ProofResult) {
            self =
                switch result {
                case .proven: .good
                case .unproven: .open
                case .refuted: .bad
                }
        }

        /// What became of a connection.
        init(_ outcome: ReportedConnection.Outcome) {
            self =
                switch outcome {
                case .reissued: .good
                case .pending: .open
                case .needsPerson, .failed: .bad
                }
        }

        /// Where a rotation is.
        init(_ report: RotationReport) {
            self =
                switch report.state {
                case .closed: report.closedUnproven ? .open : .good
                case .running, .awaitingOperator, .abandoned: .open
                case .stopped: .bad
                }
        }
    }
}
