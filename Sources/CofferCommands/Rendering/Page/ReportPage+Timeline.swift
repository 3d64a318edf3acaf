// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

extension ReportPage {
    /// The drawing, and what its numbers stand for.
    var timeline: HTML {
        let timeline = Timeline(report)
        let legend =
            timeline.marks.map(entry)
            + missing.map { kind in
                HTML.element(
                    .li, [.class: "missing"],
                    [
                        .element(.span, [.class: "number", .ariaHidden: "true"], "–"),
                        .element(.strong, [:], ReportWords.milestone(kind)), .element(.span, [:], absence(of: kind)),
                    ])
            }
        let figure = TimelineFigure(timeline: timeline, description: description(of: timeline))
        return section(
            "timeline", "Timeline",
            [.element(.figure, [:], [figure.html]), .element(.ol, [.class: "legend"], legend)])
    }

    /// A milestone that was reached.
    private func entry(_ mark: Timeline.Mark) -> HTML {
        guard let at = mark.milestone.at else { return .empty }
        return .element(
            .li, [:],
            [
                .element(.span, [.class: "number \(mark.milestone.kind.rawValue)"], "\(mark.number)"),
                .element(.strong, [:], ReportWords.milestone(mark.milestone.kind)),
                .element(.span, [:], [moment(at), .text(" · "), after(at)]),
            ])
    }

    /// The milestones that were not reached.
    private var missing: [ReportedMilestone.Kind] {
        report.milestones.filter { $0.at == nil }.map(\.kind)
    }

    private func absence(of kind: ReportedMilestone.Kind) -> String {
        if kind == .oldSecretDead, report.steps.contains(where: { $0.step == "old_secret_probed" }) {
            return "not proven"
        }
        return report.state == .closed ? "did not come" : "not yet"
    }

    /// The drawing in words.
    private func description(of timeline: Timeline) -> String {
        let reached = timeline.marks.compactMap { mark in
            mark.milestone.at.map { at in "\(mark.number), \(ReportWords.milestone(mark.milestone.kind)), \(later(at))"
            }
        }
        return
            (reached + missing.map { "\(ReportWords.milestone($0)): \(absence(of: $0))" }
            + timeline.lanes.map(\.label)).joined(separator: "; ")
    }
}
