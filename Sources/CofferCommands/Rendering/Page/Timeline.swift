// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A rotation on one scale: where on a line from its beginning to its end everything lies, as a share of 100.
struct Timeline: Sendable {
    /// The beginning, at 0.
    let start: Date

    /// The end, at 100: the last that is known.
    let end: Date

    /// The milestones that were reached, in the order of their times.
    let marks: [Mark]

    /// What lasted, each on a line of its own.
    let lanes: [Lane]

    /// A milestone on the line.
    struct Mark: Sendable {
        /// Its number, from 1.
        let number: Int
        /// What it is, and when.
        let milestone: ReportedMilestone
        /// Where it lies.
        let position: Double
        /// Where its number stands: as near as the numbers beside it allow.
        let label: Label
        /// Whether its point is drawn; not over that of another milestone of the same moment.
        let hasPoint: Bool
    }

    /// Something that lasted.
    struct Lane: Sendable {
        /// What, and how long.
        let label: String
        /// How it is marked.
        let kind: Kind
        /// From where to where.
        var bars: [Bar] = []
        /// For what many did: how many in each part of the line, of equal length.
        var counts: [Int] = []

        /// What a lane means to the reader; the classes of the style sheet.
        enum Kind: String, Sendable {
            case danger, held, waiting, work
        }
    }

    /// One stretch of a lane.
    struct Bar: Sendable {
        /// Where it begins.
        let from: Double
        /// Where it ends.
        let to: Double
        /// Whether it has no end yet, or none that is known.
        let isOpen: Bool
    }

    /// Draws a rotation up.
    init(_ report: RotationReport) {
        start = report.openedAt
        let moments = report.steps.map(\.at) + report.connections.compactMap(\.handledAt)
        end = moments.max() ?? report.openedAt
        let scale = Scale(start: start, end: end)
        let reached = report.milestones.compactMap { milestone in milestone.at.map { (milestone, $0) } }
        // Stable, so that what shares a moment keeps the order that is meant.
        let ordered = reached.enumerated().sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }
        let positions = ordered.map { scale.position($0.element.1) }
        let labels = Self.labels(of: positions)
        marks = ordered.indices.map { index in
            Mark(
                number: index + 1, milestone: ordered[index].element.0, position: positions[index],
                label: labels[index], hasPoint: index == 0 || positions[index - 1] < positions[index])
        }
        lanes = Self.lanes(of: report, on: scale)
    }

    /// Where something lies, as a share of 100.
    func position(_ date: Date) -> Double {
        Scale(start: start, end: end).position(date)
    }

    /// Times as shares of 100.
    struct Scale {
        let start: Date
        let end: Date

        /// The share; a clock that was set back leads nowhere outside of the line.
        func position(_ date: Date) -> Double {
            let whole = end.timeIntervalSince(start)
            guard whole > 0 else { return 0 }
            return min(100, max(0, date.timeIntervalSince(start) / whole * 100))
        }
    }
}
