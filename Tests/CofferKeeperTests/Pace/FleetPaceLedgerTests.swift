// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import CofferOAuth
import CofferVault
import Synchronization
import Testing

@testable import CofferKeeper

/// Rate limits in a database, as several machines see them.
@Suite struct `A pace that machines share` {
    private static let limit = RateLimit(amount: 2, interval: .seconds(1), burst: 3)
    private static let bucket = PaceBucket(name: ["crm"], limit: limit)

    /// Rows in memory, with the database's time as the test has it.
    private final class Rows: SharedPaces {
        private struct State {
            var rows: [UInt64: StoredPace] = [:]
            var failure: VaultError?
            var asked = 0
        }

        private let state = Mutex(State())
        private let clock: ManualClock

        init(_ clock: ManualClock) { self.clock = clock }

        var askedCount: Int { state.withLock { $0.asked } }

        func fail(_ error: VaultError?) { state.withLock { $0.failure = error } }

        func spoil(_ number: UInt64) {
            state.withLock { state in
                for name in state.rows.keys {
                    var row = StoredPace()
                    (row.fullAt, row.slowness, row.step, row.tolerance, row.until) =
                        (number, number, number, number, number)
                    state.rows[name] = row
                }
            }
        }

        func pace(_ name: UInt64) throws -> (pace: StoredPace?, now: Duration) {
            let row = try state.withLock { state in
                state.asked += 1
                if let failure = state.failure { throw failure }
                return state.rows[name]
            }
            // As far from the beginning of time as the database's clock.
            return (row, .seconds(1_800_000_000) + clock.now.offset)
        }

        func exchange(_ name: UInt64, _ expected: StoredPace?, _ desired: StoredPace) throws -> Bool {
            state.withLock { state in
                guard state.rows[name] == expected else { return false }
                state.rows[name] = desired
                return true
            }
        }
    }

    private let clock: ManualClock
    private let rows: Rows

    init() {
        let clock = ManualClock()
        self.clock = clock
        rows = Rows(clock)
    }

    private func ledger(say: @escaping @Sendable (String?) -> Void = { _ in }) -> FleetPaceLedger {
        FleetPaceLedger(clock: clock, paces: rows, say: say)
    }

    @Test func `gives each place once, whoever asks`() {
        let ledgers = (0..<3).map { _ in ledger() }
        let waits = (0..<9).map { ledgers[$0 % 3].take(Self.bucket) }
        #expect(waits == [.zero, .zero, .zero] + (1...6).map { .milliseconds(500 * $0) })
        clock.advance(by: .seconds(100))
        #expect(ledger().take(Self.bucket) == .zero)
    }

    @Test func `takes a place back that nobody needs, unless another machine has taken one since`() {
        PaceLedgersAtOnce(first: ledger(), second: ledger(), bucket: Self.bucket).expectPlacesGivenBack()
    }

    @Test func `gives room behind a place to who comes late, as a process's memory does`() {
        let (first, second, memory) = (ledger(), ledger(), MemoryPaceLedger(clock: clock))
        PaceLedgersAtOnce(first: first, second: second, bucket: Self.bucket).expectRoom(asIn: memory)
    }

    @Test func `is slower for all after a refusal that one has heard, which is counted`() {
        let (first, second) = (ledger(), ledger())
        #expect(first.slowDown(Self.bucket, pause: .seconds(2)) == 2)
        #expect([second.take(Self.bucket), second.take(Self.bucket)] == [.seconds(2), .seconds(3)])
        #expect(second.refusals == 1)
        clock.advance(by: .seconds(61))
        #expect([second.take(Self.bucket), first.take(Self.bucket)] == [.zero, .zero])
    }

    @Test func `is one for those who state its figures differently, at the pace of the strictest`() {
        let (first, second) = (ledger(), ledger())
        let (old, new) = (
            PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .milliseconds(900), burst: 1)),
            PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .seconds(1), burst: 1))
        )
        let waits = [first.take(old), second.take(new), first.take(old), second.take(new)]
        #expect(waits == [.zero, .milliseconds(900), .milliseconds(1900), .milliseconds(2900)])
    }

    @Test func `without a stated limit uses no row until a refusal`() {
        let (first, second) = (ledger(), ledger())
        let bucket = PaceBucket(name: ["mail"], limit: nil)
        for _ in 0..<10 { #expect(first.take(bucket) == .zero) }
        #expect(first.slowDown(bucket, pause: nil) == 2)
        #expect([second.take(bucket), first.take(bucket)] == [.zero, .seconds(1)])
    }

    @Test(arguments: [UInt64.max, 1 << 63, 0x0101_0101_0101_0101, 1_800_002_000_000_000_000])
    func `holds nobody up for longer than its patience, whatever lies in the table`(_ number: UInt64) {
        let ledger = ledger()
        _ = ledger.take(Self.bucket)
        _ = ledger.slowDown(Self.bucket, pause: nil)
        rows.spoil(number)
        let furthest = RequestPace(Self.limit).patience + .milliseconds(500) * 8
        for _ in 0..<300 { #expect(ledger.take(Self.bucket) <= furthest) }
        #expect(ledger.refusals >= 0)
    }

    @Test func `is kept by each alone for a while where the database does not answer`() {
        let said = Mutex<[Bool]>([])
        let ledger = FleetPaceLedger(clock: clock, paces: rows) { reason in said.withLock { $0.append(reason == nil) } }
        _ = ledger.take(Self.bucket)
        rows.fail(VaultError(.busy, "no answer"))
        #expect((0..<4).map { _ in ledger.take(Self.bucket) } == [.zero, .zero, .zero, .milliseconds(500)])
        #expect(rows.askedCount == 2)
        #expect(said.withLock { $0 } == [true, false])
        rows.fail(nil)
        clock.advance(by: .seconds(5))
        #expect(ledger.take(Self.bucket) == .zero)
        #expect(said.withLock { $0 } == [true, false, true])
    }
}
