// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Testing

@testable import CofferCommands

@Suite struct `A rotation's timeline` {
    private static func share(_ text: String?) -> Double? {
        guard let text, text.hasSuffix("%") else { return nil }
        return Double(text.dropLast())
    }

    @Test(arguments: ReportSample.allCases)
    func `has each milestone where its time lies between the beginning and the end`(sample: ReportSample) throws {
        let report = try sample.report
        let page = try `A rotation's page`.read(sample)
        let times = Set(report.milestones.compactMap(\.at)).sorted()
        let end = try #require(
            (report.steps.map(\.at) + report.connections.compactMap(\.handledAt)).max())
        let whole = end.timeIntervalSince(report.openedAt)
        #expect(whole > 0)
        let points = page.all("circle", class: "point").compactMap { Self.share($0.attributes["cx"]) }
        #expect(points.count == times.count)
        for (point, time) in zip(points, times) {
            #expect(abs(point - time.timeIntervalSince(report.openedAt) / whole * 100) < 0.001)
        }
        #expect(points.first == 0)
    }

    /// How far a number's circle stands beside the beginning or the end of its row, in pixels; nil for the one that is there.
    private static func shift(of ball: PageReader.Element, on page: PageReader) -> Double? {
        guard let around = ball.around.last, let shift = page.elements[around].attributes["transform"]
        else { return nil }
        return Double(shift.dropFirst("translate(".count).prefix { $0 != " " })
    }

    /// The lines of pages that are 390 and 1280 pixels wide.
    @Test(arguments: ReportSample.allCases, [334.0, 1128.0])
    func `has numbers that stand apart on each width, and lead to their points`(
        sample: ReportSample, width: Double
    ) throws {
        let page = try `A rotation's page`.read(sample)
        let balls = page.all("circle", class: "ball")
        let places = try balls.map { ball in
            let share = try #require(Self.share(ball.attributes["cx"]))
            return share / 100 * width + (Self.shift(of: ball, on: page) ?? 0)
        }
        // A circle is 22 pixels wide.
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 >= 22 })
        #expect(places.allSatisfy { (0...width).contains($0) })
        let points = page.all("circle", class: "point").compactMap { Self.share($0.attributes["cx"]) }
        #expect(zip(points, points.dropFirst()).allSatisfy { $0 < $1 })
        let leaders = page.all("line", class: "leader")
        let heads = balls.filter { Self.shift(of: $0, on: page) == nil }
        #expect(leaders.map { $0.attributes["x1"] } == heads.map { $0.attributes["cx"] })
        #expect(leaders.allSatisfy { leader in points.contains { $0 == Self.share(leader.attributes["x2"]) } })
        let numbers = page.all("text", class: "number").compactMap { Int($0.text) }
        #expect(numbers == Array(1...balls.count))
        let legend = page.all("span", class: "number").filter { $0.text != "–" }
        #expect(legend.compactMap { Int($0.text) } == numbers)
    }

    @Test func `has one row and one leader for what shares a place, to the inside of the line`() {
        func shown(_ positions: [Double]) -> [String] {
            Timeline.labels(of: positions).map { "\($0.position) \($0.place)" }
        }
        #expect(shown([0, 0]) == ["0.0 0", "0.0 1"])
        #expect(shown([0, 0, 0.75, 1.5, 40, 100]) == ["0.0 0", "0.0 1", "0.0 2", "0.0 3", "40.0 0", "100.0 0"])
        #expect(shown([99, 100, 100]) == ["100.0 -2", "100.0 -1", "100.0 0"])
        // What is near, but in another place, has a leader of its own.
        #expect(shown([8.5, 91, 95.5, 100]) == ["8.5 0", "86.0 0", "93.0 0", "100.0 0"])
        #expect(shown([0, 0, 2]) == ["0.0 0", "0.0 1", "14.0 0"])
    }

    @Test func `draws one point for what happened in one moment`() throws {
        let page = try `A rotation's page`.read(.proven)
        let moments = try Set(ReportSample.proven.report.milestones.compactMap(\.at))
        let points = page.all("circle", class: "point").count
        // The leak is reported and everything marked in one commit.
        #expect(points == moments.count && points < page.all("circle", class: "ball").count)
    }

    @Test func `shows how long the old secret lived`() throws {
        let report = try ReportSample.proven.report
        let timeline = Timeline(report)
        let lane = try #require(timeline.lanes.first)
        #expect(lane.kind == .danger)
        let dead = try #require(report.oldSecretDeadAt)
        #expect(lane.bars.map(\.from) == [0] && lane.bars.map(\.to) == [timeline.position(dead)])
        #expect(lane.label == "the old secret lived: 2m 48s")
        let unknown = try #require(Timeline(ReportSample.unproven.report).lanes.first)
        #expect(unknown.bars.map(\.isOpen) == [true] && unknown.bars.map(\.to) == [100])
    }

    @Test func `shows what lasted, and what still does`() throws {
        let labels = Timeline(try ReportSample.proven.report).lanes.map(\.label)
        #expect(
            labels == [
                "the old secret lived: 2m 48s", "old tokens are handed out, marked: 2m 50s",
                "waited for a person: 2m 45s", "refreshes were stopped: 1m 13s",
                "new tokens for 12 of 12 connections: 1s",
            ])
        let waiting = Timeline(try ReportSample.waiting.report).lanes
        #expect(
            waiting.map(\.label).suffix(2) == [
                "waited for a person: under 1s so far", "refreshes were stopped: under 1s so far",
            ])
        #expect(waiting.allSatisfy { $0.bars.allSatisfy(\.isOpen) })
    }

    @Test func `counts connections in parts of the line`() throws {
        let lane = try #require(Timeline(ReportSample.many.report).lanes.last)
        #expect(lane.counts.count == Timeline.partCount)
        #expect(lane.counts.reduce(0, +) == 9_960)
    }

    @Test func `of a moment has everything at its beginning`() throws {
        let plan = RotationPlan(
            id: RotationID(random: 1), app: try .init("main/app"), mode: .leak, taint: .hold, driver: "operator",
            connections: [], openedBy: "ada")
        let report = try RotationReport(events: [JournalEvent(at: ReportSample.start, by: "ada", .opened(plan))])
        #expect(Timeline(report).marks.map(\.position) == [0, 0])
        #expect(PageReader(ReportPage(report: report).html).faults == [])
    }

    @Test(arguments: [
        (0.0, "0s"), (0.8, "0s 0.2s 0.4s 0.6s 0.8s"), (2.1, "0s 0.5s 1s 1.5s 2s"), (27, "0s 10s 20s"),
        (170, "0s 1m 2m"), (3_600, "0s 15m 30m 45m 1h"), (32_600, "0s 2h 4h 6h 8h"),
        (260_000, "0s 1d 2d 3d"), (31_536_000, "0s 100d 200d 300d"),
    ])
    func `has round times below it`(seconds: Double, labels: String) {
        let ticks = TimelineTicks(seconds: seconds).ticks
        #expect(ticks.map(\.label).joined(separator: " ") == labels)
        #expect(ticks.allSatisfy { (0...100.001).contains($0.position) })
    }
}
