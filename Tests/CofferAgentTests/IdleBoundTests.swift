// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferAgent

@Suite struct `The bound on idleness` {
    @Test func `runs from the last hand-out`() {
        var idle = IdleBound(.seconds(60), at: .seconds(100))
        #expect(idle.rest(at: .seconds(100)) == .seconds(60))
        #expect(idle.rest(at: .seconds(130)) == .seconds(30))
        idle.handedOut(at: .seconds(150))
        #expect(idle.rest(at: .seconds(209)) == .seconds(1))
        #expect(idle.rest(at: .seconds(210)) == .zero)
        #expect(idle.rest(at: .seconds(9_000)) == .zero)
    }

    @Test func `waits for requests under way, and for none longer than it may take`() {
        var idle = IdleBound(.seconds(60), at: .zero)
        idle.began()
        idle.began()
        #expect(idle.rest(at: .seconds(50)) == .seconds(10))
        #expect(idle.rest(at: .seconds(60)) == .seconds(60))
        idle.ended()
        #expect(idle.rest(at: .seconds(130)) == .seconds(30), "one is still under way")
        // Whatever is under way by now was begun after the time was over.
        idle.began()
        #expect(idle.rest(at: .seconds(160)) == .zero)
        idle.handedOut(at: .seconds(159))
        #expect(idle.rest(at: .seconds(160)) == .seconds(59))
    }

    @Test func `does not begin anew with what is refused`() {
        var idle = IdleBound(.seconds(60), at: .zero)
        idle.began()
        idle.ended()
        #expect(idle.rest(at: .seconds(59)) == .seconds(1))
        #expect(idle.rest(at: .seconds(60)) == .zero)
    }

    @Test func `begins anew, whatever was under way before`() {
        var idle = IdleBound(.seconds(60), at: .zero)
        idle.began()
        idle.begin(at: .seconds(500))
        #expect(idle.rest(at: .seconds(500)) == .seconds(60))
        // The end of what was cut off counts for nothing.
        idle.ended()
        #expect(idle.rest(at: .seconds(560)) == .zero)
    }

    @Test func `is none unless there is one`() {
        #expect(IdleBound(nil, at: .zero).rest(at: .seconds(1_000_000)) == nil)
    }
}
