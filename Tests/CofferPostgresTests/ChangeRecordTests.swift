// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import CofferPostgres

@Suite struct `What is known of a database's state` {
    /// A clock that a test moves.
    private final class Time: Sendable {
        private let moment = Mutex(Duration.seconds(100))

        var now: Duration { moment.withLock { $0 } }

        func advance(by duration: Duration) { moment.withLock { $0 += duration } }
    }

    private struct Lost: Error {}

    private let time: Time
    private let record: ChangeRecord

    init() {
        let time = Time()
        self.time = time
        record = ChangeRecord(elapsed: { time.now })
    }

    /// Begins, and hears the first answer at once.
    private func begin() -> UInt64 {
        record.begin()
        record.answered(1, 1, asked: record.now)
        return record.value()
    }

    @Test func `is nothing before the server has answered`() {
        #expect(record.value() & 1 == 1)
        record.begin()
        record.heard(change: 7)
        #expect(record.value() & 1 == 1)
        #expect(begin() & 1 == 0)
    }

    @Test func `is believed for the bound from when it was asked for, and no moment longer`() {
        let number = begin()
        time.advance(by: Bounds.news - .nanoseconds(1))
        #expect(record.value() == number)
        time.advance(by: .nanoseconds(1))
        #expect(record.value() & 1 == 1)
        // What was asked long ago says nothing of now, however late its answer comes.
        record.answered(1, 1, asked: record.now - Bounds.news)
        #expect(record.value() & 1 == 1)
        record.answered(1, 1, asked: record.now - Bounds.news / 2)
        #expect(record.value() == number)
        time.advance(by: Bounds.news / 2)
        #expect(record.value() & 1 == 1)
    }

    @Test func `changes once for a change, whichever way and however often it is heard of`() {
        let number = begin()
        record.heard(change: 2)
        let next = record.value()
        #expect(next != number && next & 1 == 0)
        record.heard(change: 2)
        record.answered(2, 1, asked: record.now)
        #expect(record.value() == next)
        record.answered(3, 1, asked: record.now)
        let last = record.value()
        #expect(last != next && last & 1 == 0)
        // An answer that was on its way before the others were heard.
        record.answered(2, 1, asked: record.now)
        #expect(record.value() == last)
    }

    @Test func `is forgotten with the connection`() {
        let number = begin()
        record.begin()
        #expect(record.value() & 1 == 1)
        // The same state perhaps, or one that another server has had before.
        record.answered(1, 1, asked: record.now)
        #expect(record.value() != number)
    }

    @Test func `is unknown while this process commits, and another afterwards`() throws {
        let number = begin()
        try record.noting(ChangeNumbers(state: 5, wish: nil)) {
            #expect(record.value() & 1 == 1)
            record.heard(change: 5)
            record.answered(5, 1, asked: record.now)
            #expect(record.value() & 1 == 1)
        }
        let next = record.value()
        #expect(next > number && next & 1 == 0)
        record.heard(change: 5)
        #expect(record.value() == next)
    }

    @Test func `is news once more where a commit's answer was lost`() throws {
        _ = begin()
        #expect(throws: Lost.self) { try record.noting(ChangeNumbers(state: 5, wish: 6)) { throw Lost() } }
        let after = record.value()
        #expect(after & 1 == 0)
        #expect(record.wishes() == 1)
        record.answered(5, 6, asked: record.now)
        #expect(record.value() != after)
        #expect(record.wishes() == 2)
    }

    @Test func `leaves wishes and changes apart`() throws {
        let number = begin()
        let wishes = record.wishes()
        record.heard(wish: 9)
        record.heard(wish: 9)
        try record.noting(ChangeNumbers(state: nil, wish: 10)) {}
        record.heard(wish: 10)
        #expect(record.wishes() == wishes + 2)
        #expect(record.value() == number)
        record.heard(change: 9)
        #expect(record.wishes() == wishes + 2)
    }

    @Test func `is heard of twice rather than not at all after very many changes`() {
        _ = begin()
        for number in Int64(10)..<200 { record.heard(change: number) }
        let before = record.value()
        record.heard(change: 10)
        #expect(record.value() != before)
    }
}
