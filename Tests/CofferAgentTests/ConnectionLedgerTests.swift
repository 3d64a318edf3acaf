// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferAgent

@Suite struct `A ledger of connections` {
    private static func ledger(_ capacity: Int) -> ConnectionLedger<String> {
        ConnectionLedger(.init(capacity: capacity, idle: .seconds(60), request: .seconds(120)))
    }

    @Test func `lets in who fits`() {
        var ledger = Self.ledger(2)
        #expect(ledger.opened("a", at: .zero) == .admitted)
        #expect(ledger.opened("b", at: .zero) == .admitted)
        ledger.closed("a")
        #expect(ledger.opened("c", at: .zero) == .admitted)
        #expect(ledger.count == 2)
    }

    @Test func `makes room by closing who was idle for longest`() {
        var ledger = Self.ledger(3)
        _ = ledger.opened("a", at: .seconds(1))
        _ = ledger.opened("b", at: .seconds(2))
        _ = ledger.opened("c", at: .seconds(3))
        ledger.began("a", at: .seconds(4))
        ledger.ended("a", at: .seconds(5))
        #expect(ledger.opened("d", at: .seconds(6)) == .inPlaceOf("b"))
        #expect(ledger.opened("e", at: .seconds(7)) == .inPlaceOf("c"))
        #expect(ledger.opened("f", at: .seconds(8)) == .inPlaceOf("a"))
        #expect(ledger.count == 3)
    }

    @Test func `never closes who waits for an answer to make room`() {
        var ledger = Self.ledger(2)
        _ = ledger.opened("a", at: .seconds(1))
        _ = ledger.opened("b", at: .seconds(2))
        ledger.began("a", at: .seconds(3))
        ledger.began("b", at: .seconds(3))
        #expect(ledger.opened("c", at: .seconds(4)) == .refused)
        ledger.ended("b", at: .seconds(5))
        #expect(ledger.opened("d", at: .seconds(6)) == .inPlaceOf("b"))
    }

    @Test func `knows who has taken too long, idle or busy`() {
        var ledger = Self.ledger(4)
        _ = ledger.opened("idle", at: .zero)
        _ = ledger.opened("busy", at: .zero)
        _ = ledger.opened("answered", at: .zero)
        ledger.began("busy", at: .seconds(1))
        ledger.began("answered", at: .seconds(1))
        ledger.ended("answered", at: .seconds(50))
        #expect(ledger.overdue(at: .seconds(59)) == [])
        #expect(ledger.overdue(at: .seconds(60)) == ["idle"])
        #expect(Set(ledger.overdue(at: .seconds(110))) == ["idle", "answered"])
        #expect(Set(ledger.overdue(at: .seconds(121))) == ["idle", "answered", "busy"])
        ledger.closed("idle")
        #expect(Set(ledger.overdue(at: .seconds(121))) == ["answered", "busy"])
    }

    @Test func `keeps the place of who has gone until the work for him is done`() {
        var ledger = Self.ledger(1)
        _ = ledger.opened("a", at: .zero)
        ledger.began("a", at: .seconds(1))
        ledger.closed("a")
        #expect(ledger.count == 1)
        #expect(ledger.opened("b", at: .seconds(2)) == .refused)
        #expect(ledger.overdue(at: .seconds(1_000)) == [], "there is nothing left to close")
        ledger.ended("a", at: .seconds(3))
        #expect(ledger.count == 0)
        #expect(ledger.opened("b", at: .seconds(4)) == .admitted)
    }

    @Test func `lets a stranger take a stranger's place alone`() {
        var ledger = Self.ledger(3)
        _ = ledger.opened("own", at: .seconds(1))
        _ = ledger.opened("shown", isProven: false, at: .seconds(2))
        ledger.proved("shown")
        _ = ledger.opened("stranger", isProven: false, at: .seconds(3))
        #expect(ledger.opened("second", isProven: false, at: .seconds(4)) == .inPlaceOf("stranger"))
        ledger.began("second", at: .seconds(5))
        ledger.proved("second")
        ledger.ended("second", at: .seconds(6))
        // All are known by now, and a request changes nothing about that.
        #expect(ledger.opened("third", isProven: false, at: .seconds(7)) == .refused)
        #expect(ledger.opened("known", at: .seconds(8)) == .inPlaceOf("own"))
    }

    @Test func `never closes whose body or answer is on its way, unless that stands still`() {
        var ledger = Self.ledger(1)
        _ = ledger.opened("a", at: .zero)
        ledger.flowed("a", at: .seconds(1))
        #expect(ledger.opened("b", at: .seconds(2)) == .refused)
        for second in 3...1_000 { ledger.flowed("a", at: .seconds(second)) }
        #expect(ledger.overdue(at: .seconds(1_059)) == [])
        #expect(ledger.overdue(at: .seconds(1_060)) == ["a"])
        ledger.ended("a", at: .seconds(1_001))
        #expect(ledger.opened("c", at: .seconds(1_002)) == .inPlaceOf("a"))
        ledger.flowed("c", at: .seconds(1_003))
        ledger.closed("c")
        #expect(ledger.count == 0)
    }

    @Test func `lets in peace who takes what he is told, also where a crowd comes that says nothing`() {
        var ledger = Self.ledger(2)
        _ = ledger.opened("listener", at: .zero)
        ledger.began("listener", at: .seconds(1))
        // As an answer is handed over whose body comes later.
        ledger.ended("listener", at: .seconds(2))
        ledger.flowed("listener", at: .seconds(3))
        _ = ledger.opened("0", at: .seconds(4))
        for number in 1...100 { #expect(ledger.opened("\(number)", at: .seconds(5)) == .inPlaceOf("\(number - 1)")) }
        ledger.flowed("listener", at: .seconds(50))
        #expect(ledger.overdue(at: .seconds(109)) == ["100"])
        #expect(Set(ledger.overdue(at: .seconds(110))) == ["100", "listener"])
        ledger.ended("listener", at: .seconds(110))
        #expect(ledger.opened("101", at: .seconds(111)) == .inPlaceOf("100"))
        #expect(ledger.opened("102", at: .seconds(112)) == .inPlaceOf("listener"))
    }

    @Test func `gives up the place of who has gone when his answer would go`() {
        var ledger = Self.ledger(1)
        _ = ledger.opened("a", at: .zero)
        ledger.began("a", at: .seconds(1))
        ledger.closed("a")
        ledger.flowed("a", at: .seconds(2))
        #expect(ledger.count == 0)
    }

    @Test func `knows nothing of who has gone`() {
        var ledger = Self.ledger(2)
        _ = ledger.opened("a", at: .zero)
        ledger.closed("a")
        ledger.began("a", at: .zero)
        ledger.ended("a", at: .zero)
        #expect(ledger.count == 0)
        #expect(ledger.overdue(at: .seconds(1_000)) == [])
    }
}
