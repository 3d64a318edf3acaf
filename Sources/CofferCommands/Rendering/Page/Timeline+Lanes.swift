// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Timeline {
    /// How many parts of the line connections are counted in: ten thousand of them are no more to draw than sixty.
    static let partCount = 60

    /// What lasted, the worst first; what this rotation does not have is left out.
    static func lanes(of report: RotationReport, on scale: Scale) -> [Lane] {
        [
            oldSecret(of: report, on: scale), oldTokens(of: report, on: scale), waiting(of: report, on: scale),
            freeze(of: report, on: scale), reissue(of: report, on: scale),
        ].compactMap(\.self)
    }

    /// As long as whoever has the old secret can use it.
    private static func oldSecret(of report: RotationReport, on scale: Scale) -> Lane? {
        guard report.mode == .leak else { return nil }
        guard let dead = report.oldSecretDeadAt else {
            let name = ReportWords.oldSecretAlive(isKnown: false)
            return Lane(label: name, kind: .danger, bars: [bar(report.openedAt, nil, scale)])
        }
        return Lane(
            label: label(ReportWords.oldSecretAlive(isKnown: true), [(report.openedAt, dead)], scale), kind: .danger,
            bars: [bar(report.openedAt, dead, scale)])
    }

    /// As long as tokens from before are out.
    private static func oldTokens(of report: RotationReport, on scale: Scale) -> Lane? {
        guard let tainted = report.taintedAt else { return nil }
        let isOver = (report.connections + report.unplanned).allSatisfy { $0.outcome == .reissued }
        let end = isOver ? report.reissuedAt ?? report.closedAt : nil
        return Lane(
            label: label(ReportWords.taint(report.taint), [(tainted, end)], scale), kind: .held,
            bars: [bar(tainted, end, scale)])
    }

    /// As long as a person was awaited.
    private static func waiting(of report: RotationReport, on scale: Scale) -> Lane? {
        lane(ReportWords.waiting, .waiting, from: "awaiting_operator", to: "pending_sealed", report, scale)
    }

    /// As long as nobody could refresh.
    private static func freeze(of report: RotationReport, on scale: Scale) -> Lane? {
        lane(ReportWords.freeze, .waiting, from: "frozen", to: "switched", report, scale)
    }

    /// When connections got new tokens.
    private static func reissue(of report: RotationReport, on scale: Scale) -> Lane? {
        let moments = report.connections.filter { $0.outcome == .reissued }.compactMap(\.handledAt)
        guard let first = moments.min(), let last = moments.max() else { return nil }
        var counts = Array(repeating: 0, count: partCount)
        for moment in moments {
            let part = Int(scale.position(moment) / 100 * Double(partCount))
            counts[min(part, partCount - 1)] += 1
        }
        let name = ReportWords.reissue(moments.count, of: report.connections.count)
        return Lane(label: label(name, [(first, last)], scale), kind: .work, counts: counts)
    }

    /// The stretches between two kinds of steps; one that has not ended goes on to the end.
    private static func lane(
        _ name: String, _ kind: Lane.Kind, from first: String, to last: String, _ report: RotationReport,
        _ scale: Scale
    ) -> Lane? {
        var spans: [(from: Date, to: Date?)] = []
        for step in report.steps {
            if step.step == first, spans.last.map({ $0.to != nil }) ?? true {
                spans.append((step.at, nil))
            } else if step.step == last, let open = spans.last, open.to == nil {
                spans[spans.count - 1].to = step.at
            }
        }
        guard !spans.isEmpty else { return nil }
        return Lane(
            label: label(name, spans, scale), kind: kind, bars: spans.map { bar($0.from, $0.to, scale) })
    }

    private static func bar(_ from: Date, _ to: Date?, _ scale: Scale) -> Bar {
        Bar(from: scale.position(from), to: to.map(scale.position) ?? 100, isOpen: to == nil)
    }

    /// The name, and how long that was in all.
    private static func label(_ name: String, _ spans: [(from: Date, to: Date?)], _ scale: Scale) -> String {
        let seconds = spans.reduce(0) { $0 + ($1.to ?? scale.end).timeIntervalSince($1.from) }
        let span = ReportWords.span(seconds)
        return spans.contains { $0.to == nil } ? "\(name): \(span) so far" : "\(name): \(span)"
    }
}
