// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite struct RefreshScheduleTests {
    private typealias Item = RefreshSchedule.Item
    private typealias Moment = RefreshSchedule.Moment

    /// A moment so many seconds after noon, on both clocks unless the wall clock was set.
    private func at(_ seconds: Double, set: Double = 0) -> Moment {
        Moment(date: noon + seconds + set, elapsed: .seconds(seconds))
    }

    private func item(
        _ id: String, lane: String = "crm", due: Double = 0, _ demand: RefreshDemand = .due
    ) -> Item {
        Item(RefreshOrder(id: GrantID(id), demand: demand), lane: lane, dueAt: noon + due)
    }

    private func orders(_ action: RefreshSchedule.Action) -> [String] {
        if case .start(let orders) = action { orders.map(\.id.description) } else { [] }
    }

    private func wait(_ action: RefreshSchedule.Action) -> Duration? {
        if case .wait(let duration) = action { duration } else { nil }
    }

    @Test func `it looks first, then starts what is due, the earliest first, then waits for the next look`() {
        var schedule = RefreshSchedule()
        #expect(schedule.next(at: at(0)) == .scan)
        schedule.found(
            [item("b", due: -5), item("c", due: -1), item("a", due: -9)], nextDue: nil, isWhole: true, at: at(0))
        #expect(orders(schedule.next(at: at(0))) == ["a", "b", "c"])
        #expect(wait(schedule.next(at: at(1))) == .seconds(14))
        #expect(schedule.next(at: at(15)) == .scan)
    }

    @Test func `it looks again when the next one is due`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: noon + 4, isWhole: true, at: at(0))
        #expect(wait(schedule.next(at: at(1))) == .seconds(3))
        #expect(schedule.next(at: at(4)) == .scan)
    }

    @Test func `a rest after what was merely due holds no wish back, one after a wish does`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(0))
        #expect(orders(schedule.next(at: at(0))) == ["a"])
        schedule.ended(GrantID("a"), rest: .seconds(3000), at: at(1))
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(2))
        #expect(orders(schedule.next(at: at(2))) == [])
        schedule.found([item("a", .rejected(version: 1))], nextDue: nil, isWhole: true, at: at(3))
        #expect(orders(schedule.next(at: at(3))) == ["a"])
        schedule.ended(GrantID("a"), rest: .seconds(3000), at: at(4))
        schedule.found([item("a", .rejected(version: 1))], nextDue: nil, isWhole: true, at: at(5))
        #expect(orders(schedule.next(at: at(5))) == [])
    }

    @Test func `what is under way or rests is not started by another look`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a"), item("b")], nextDue: nil, isWhole: true, at: at(0))
        #expect(orders(schedule.next(at: at(0))) == ["a", "b"])
        schedule.ended(GrantID("b"), rest: .seconds(40), at: at(1))
        for second in [15.0, 30] {
            #expect(schedule.next(at: at(second)) == .scan)
            schedule.found([item("a"), item("b")], nextDue: nil, isWhole: true, at: at(second))
            #expect(wait(schedule.next(at: at(second))) != nil)
        }
        #expect(orders(schedule.next(at: at(41))) == ["b"])
        #expect(schedule.runningCount == 2)
    }

    @Test func `a provider that hangs fills its own lane and delays no other`() {
        var schedule = RefreshSchedule()
        let hanging = (0..<30_000).map { item("h\($0)", lane: "hanging", due: -90_000) }
        schedule.found(hanging + [item("x", lane: "crm", due: -1)], nextDue: nil, isWhole: true, at: at(0))
        let started = orders(schedule.next(at: at(0)))
        #expect(started.count == RefreshSchedule.laneWidth + 1)
        #expect(started.contains("x"))
        schedule.ended(GrantID("x"), rest: nil, at: at(1))
        schedule.found(hanging + [item("y", lane: "crm")], nextDue: nil, isWhole: true, at: at(1))
        #expect(orders(schedule.next(at: at(1))) == ["y"])
        #expect(schedule.waitingCount == 30_000 - RefreshSchedule.laneWidth)
    }

    @Test func `thirty thousand drain through their lane, each once`() {
        var schedule = RefreshSchedule()
        var left = Set((0..<30_000).map { "g\($0)" })
        var started: [String: Int] = [:]
        var second = 0.0
        while !left.isEmpty {
            switch schedule.next(at: at(second)) {
            case .scan:
                schedule.found(left.map { item($0) }, nextDue: nil, isWhole: true, at: at(second))
            case .start(let orders):
                #expect(schedule.runningCount <= RefreshSchedule.laneWidth)
                second += 1
                for order in orders {
                    started[order.id.description, default: 0] += 1
                    left.remove(order.id.description)
                    schedule.ended(order.id, rest: nil, at: at(second))
                }
            case .wait(let duration): second += duration / .seconds(1)
            }
        }
        #expect(started.count == 30_000)
        #expect(started.values.allSatisfy { $0 == 1 })
    }

    @Test func `a lane that was told to wait starts nothing meanwhile`() {
        var schedule = RefreshSchedule()
        let items = (0..<40).map { item("g\($0)") }
        schedule.found(items + [item("x", lane: "mail")], nextDue: nil, isWhole: true, at: at(0))
        _ = schedule.next(at: at(0))
        schedule.ended(GrantID("g0"), rest: .seconds(5), laneRest: .seconds(10), at: at(1))
        schedule.found(items + [item("y", lane: "mail")], nextDue: nil, isWhole: true, at: at(2))
        #expect(orders(schedule.next(at: at(2))) == ["y"])
        #expect(!orders(schedule.next(at: at(11))).isEmpty)
    }

    @Test func `a clock that is set forward starts nothing for half a minute, but what somebody waits for`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(0))
        #expect(schedule.next(at: at(5, set: 86_400)) == .scan)
        #expect(schedule.takeJump() == 86_400)
        #expect(schedule.takeJump() == nil)
        let items = [item("a"), item("b", due: 70_000), item("w", .rejected(version: 3))]
        schedule.found(items, nextDue: nil, isWhole: true, at: at(5, set: 86_400))
        #expect(orders(schedule.next(at: at(5, set: 86_400))) == ["w"])
        #expect(orders(schedule.next(at: at(20, set: 86_400))).isEmpty)
        schedule.found(items, nextDue: nil, isWhole: true, at: at(20, set: 86_400))
        #expect(orders(schedule.next(at: at(35, set: 86_400))) == ["a", "b"])
    }

    @Test func `a clock that was wrong for a moment costs nothing`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: noon + 3000, isWhole: true, at: at(0))
        #expect(schedule.next(at: at(5, set: 86_400)) == .scan)
        schedule.found([item("a", due: 3000)], nextDue: nil, isWhole: true, at: at(5, set: 86_400))
        #expect(wait(schedule.next(at: at(6, set: 86_400))) != nil)
        #expect(schedule.next(at: at(10)) == .scan)
        schedule.found([], nextDue: noon + 3000, isWhole: true, at: at(10))
        #expect(wait(schedule.next(at: at(11))) != nil)
        #expect(schedule.runningCount == 0)
    }

    @Test func `a clock that is set back neither ends a rest nor starts anything again`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a"), item("b")], nextDue: nil, isWhole: true, at: at(0))
        _ = schedule.next(at: at(0))
        schedule.ended(GrantID("a"), rest: .seconds(60), at: at(1))
        #expect(schedule.next(at: at(2, set: -86_400)) == .scan)
        schedule.found([item("a", due: -90_000)], nextDue: nil, isWhole: true, at: at(2, set: -86_400))
        #expect(wait(schedule.next(at: at(3, set: -86_400))) != nil)
    }

    @Test func `a suspended machine is no clock that was set`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: nil, isWhole: true, at: at(0))
        #expect(schedule.next(at: at(86_400)) == .scan)
        #expect(schedule.takeJump() == nil)
    }

    @Test func `what is wished for goes before what is due`() {
        var schedule = RefreshSchedule()
        let items = (0..<20).map { item("g\($0)", due: -100) } + [item("w", due: 0, .usable(minimumValidity: nil))]
        schedule.found(items, nextDue: nil, isWhole: true, at: at(0))
        #expect(orders(schedule.next(at: at(0))).first == "w")
    }

    @Test func `a look that saw only a part goes on, and forgets no rest`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(0))
        _ = schedule.next(at: at(0))
        schedule.ended(GrantID("a"), rest: .seconds(60), at: at(1))
        schedule.found([item("b")], nextDue: nil, isWhole: false, at: at(2))
        #expect(orders(schedule.next(at: at(2))) == ["b"])
        #expect(schedule.next(at: at(2)) == .scan)
        schedule.found([item("a"), item("b")], nextDue: nil, isWhole: true, at: at(3))
        #expect(wait(schedule.next(at: at(3))) != nil)
    }

    @Test func `a look that saw only a part goes on when it is told to, and at once for who left a wish`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: nil, isWhole: false, restAfter: .seconds(2), at: at(0))
        #expect(wait(schedule.next(at: at(0))) == .seconds(2))
        #expect(schedule.next(at: at(2)) == .scan)
        schedule.found([], nextDue: nil, isWhole: false, restAfter: .seconds(2), at: at(2))
        schedule.changed(at: at(3))
        #expect(schedule.next(at: at(3)) == .scan)
        // Never longer than one that saw everything.
        schedule.found([], nextDue: nil, isWhole: false, restAfter: .seconds(900), at: at(3))
        #expect(wait(schedule.next(at: at(3))) == RefreshSchedule.scanInterval)
    }

    @Test func `a change makes it look at once`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: nil, isWhole: true, at: at(0))
        schedule.changed(at: at(1))
        #expect(schedule.next(at: at(1)) == .scan)
    }

    @Test func `what was found by a clock that was set meanwhile is looked for again`() {
        var schedule = RefreshSchedule()
        schedule.found([], nextDue: nil, isWhole: true, at: at(0))
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(1, set: 86_400))
        #expect(schedule.next(at: at(1, set: 86_400)) == .scan)
        #expect(schedule.waitingCount == 0)
    }

    @Test func `a look that failed ends no rest, and is repeated at the next turn`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a"), item("b", lane: "mail")], nextDue: nil, isWhole: true, at: at(0))
        _ = schedule.next(at: at(0))
        schedule.ended(GrantID("a"), rest: .seconds(600), at: at(1))
        schedule.lookFailed(at: at(15))
        #expect(wait(schedule.next(at: at(15))) == .seconds(15))
        #expect(schedule.next(at: at(30)) == .scan)
        schedule.found([item("a"), item("b", lane: "mail")], nextDue: nil, isWhole: true, at: at(30))
        #expect(wait(schedule.next(at: at(30))) == .seconds(15))
        #expect(schedule.waitingCount == 1)
    }

    @Test func `a rest ends when it ends, not at the next look`() {
        var schedule = RefreshSchedule()
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(0))
        _ = schedule.next(at: at(0))
        schedule.ended(GrantID("a"), rest: .seconds(7), at: at(1))
        schedule.found([item("a")], nextDue: nil, isWhole: true, at: at(2))
        #expect(wait(schedule.next(at: at(3))) == .seconds(5))
        #expect(orders(schedule.next(at: at(8))) == ["a"])
    }

    @Test func `clocks between whose readings the process stood still are read again`() {
        var elapsed = [0, 4000, 4000.25].map(Duration.seconds)
        var dates = [noon, noon + 4000]
        let moment = Moment(date: { dates.removeFirst() }, elapsed: { elapsed.removeFirst() })
        #expect(moment == Moment(date: noon + 4000, elapsed: .seconds(4000.25)))
        // A machine that stands still at each reading is believed in the end.
        var now = 0.0
        let stalled = Moment(
            date: { noon },
            elapsed: {
                now += 5
                return .seconds(now)
            })
        #expect(stalled.elapsed == .seconds(50))
    }
}
