// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The drawing of a timeline, in SVG without a view box.
///
/// Places along the line are shares of the drawing's width, and everything else is pixels: so it is to scale on every
/// width, and the letters keep their size.
struct TimelineFigure {
    /// What is drawn.
    let timeline: Timeline

    /// What is read out in the drawing's place.
    let description: String

    /// Heights, in pixels from above.
    private enum Height {
        static let label = 14.0
        static let labelEnd = 25.0
        static let line = 52.0
        static let tickEnd = 58.0
        static let tickText = 73.0
        static let lanes = 92.0
        static let lane = 42.0
        static let bar = 12.0
    }

    /// From number to number in a row, in pixels: a circle, and a gap that is seen.
    private static let numberPitch = 23

    /// The least width of what lasted, as a share of the line: a pixel of the narrowest.
    private static let leastShare = 0.3

    /// The drawing.
    var html: HTML {
        let height = Height.lanes + Height.lane * Double(timeline.lanes.count)
        let words = [
            HTML.element(.title, [.id: "timeline-name"], "Timeline of the rotation, to scale"),
            HTML.element(.desc, [.id: "timeline-text"], description),
        ]
        let lanes = timeline.lanes.enumerated().map { lane($1, top: Height.lanes + Height.lane * Double($0)) }
        return .element(
            .svg,
            [
                .role: "img", .ariaLabelledBy: "timeline-name timeline-text", .width: "100%",
                .height: Self.number(height),
            ],
            words + ruler + lanes + timeline.marks.map(mark))
    }

    /// The line and the times below it.
    private var ruler: [HTML] {
        let seconds = timeline.end.timeIntervalSince(timeline.start)
        let ticks = TimelineTicks(seconds: seconds).ticks.flatMap { tick -> [HTML] in
            [
                vertical("tick", tick.position, Height.line, Height.tickEnd),
                .element(
                    .text,
                    [
                        .class: "scale", .x: Self.share(tick.position), .y: Self.number(Height.tickText),
                        .textAnchor: tick.position < 4 ? "start" : tick.position > 96 ? "end" : "middle",
                    ], tick.label),
            ]
        }
        return ticks + [horizontal("axis", Height.line)]
    }

    /// A milestone: a point on the line, and its number above, with others beside it where they share the place.
    private func mark(_ mark: Timeline.Mark) -> HTML {
        let label = mark.label
        var parts: [HTML] = []
        if label.place == 0 {
            parts.append(
                .element(
                    .line,
                    [
                        .class: "leader", .x1: Self.share(label.position), .y1: Self.number(Height.labelEnd),
                        .x2: Self.share(mark.position), .y2: Self.number(Height.line),
                    ]))
        }
        if mark.hasPoint { parts.append(circle("point", mark.position, Height.line, radius: 4)) }
        let ball = [
            circle("ball", label.position, Height.label, radius: 11),
            HTML.element(
                .text,
                [
                    .class: "number", .x: Self.share(label.position), .y: Self.number(Height.label + 5),
                    .textAnchor: "middle",
                ], "\(mark.number)"),
        ]
        // A place is a share and pixels beside that, which no length in SVG can be.
        let shift = "translate(\(label.place * Self.numberPitch) 0)"
        parts += label.place == 0 ? ball : [.element(.g, [.transform: shift], ball)]
        return .element(.g, [.class: mark.milestone.kind.rawValue], parts)
    }

    /// What lasted: its name, and below it where on the line it lies.
    private func lane(_ lane: Timeline.Lane, top: Double) -> HTML {
        let floor = top + 20 + Height.bar
        let ground = horizontal("ground", floor)
        let name = HTML.element(.text, [.class: "lane", .x: "0", .y: Self.number(top + 12)], lane.label)
        let bars = lane.bars.map { bar in
            // What was over at once is still to be seen: a rectangle without a width is not drawn (SVG 2, 10.2).
            let width = max(bar.to - bar.from, Self.leastShare)
            return rectangle(
                bar.isOpen ? "bar open" : "bar", from: min(bar.from, 100 - width), width: width,
                y: floor - Height.bar, height: Height.bar)
        }
        return .element(.g, [.class: lane.kind.rawValue], [name, ground] + bars + columns(lane, floor: floor))
    }

    /// How many in each part, the most of them as high as a bar.
    private func columns(_ lane: Timeline.Lane, floor: Double) -> [HTML] {
        let most = lane.counts.max() ?? 0
        let width = 100 / Double(max(1, lane.counts.count))
        return lane.counts.enumerated().filter { $0.element > 0 }.map { part, count in
            // One in ten thousand is still to be seen.
            let height = max(2, Height.bar * Double(count) / Double(max(1, most)))
            return rectangle("bar", from: Double(part) * width, width: width, y: floor - height, height: height)
        }
    }

    // MARK: - Shapes

    private func vertical(_ name: String, _ position: Double, _ from: Double, _ to: Double) -> HTML {
        let x = Self.share(position)
        return .element(
            .line, [.class: name, .x1: x, .x2: x, .y1: Self.number(from), .y2: Self.number(to)])
    }

    private func horizontal(_ name: String, _ y: Double) -> HTML {
        let height = Self.number(y)
        return .element(.line, [.class: name, .x1: "0%", .x2: "100%", .y1: height, .y2: height])
    }

    private func circle(_ name: String, _ position: Double, _ y: Double, radius: Double) -> HTML {
        .element(
            .circle, [.class: name, .cx: Self.share(position), .cy: Self.number(y), .r: Self.number(radius)])
    }

    private func rectangle(_ name: String, from: Double, width: Double, y: Double, height: Double) -> HTML {
        .element(
            .rect,
            [
                .class: name, .x: Self.share(from), .width: Self.share(width), .y: Self.number(y),
                .height: Self.number(height),
            ])
    }

    /// A share of the width: `36.667%`; a thousandth of a percent is less than a pixel of any screen.
    private static func share(_ position: Double) -> String { number(position) + "%" }

    private static func number(_ value: Double) -> String {
        let thousandths = Int((value * 1000).rounded())
        guard !thousandths.isMultiple(of: 1000) else { return "\(thousandths / 1000)" }
        return "\(Double(thousandths) / 1000)"
    }
}
