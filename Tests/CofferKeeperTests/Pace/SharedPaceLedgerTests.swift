// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentialsTesting
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

/// Rate limits beside a vault, as several processes see them: each ledger has its own store over the same file.
@Suite struct `A pace that processes share` {
    private static let limit = RateLimit(amount: 2, interval: .seconds(1), burst: 3)
    private static let bucket = PaceBucket(name: ["crm"], limit: limit)

    /// What lies in the file, with the machine's time as the test has it.
    private struct TimedCells: SharedCells {
        let cells: any SharedCells
        let clock: ManualClock
        let machineStart: UInt64

        var count: Int { cells.count }
        func load(_ index: Int) -> UInt64 { cells.load(index) }
        func exchange(_ index: Int, _ expected: UInt64, _ desired: UInt64) -> Bool {
            cells.exchange(index, expected, desired)
        }
        func add(_ index: Int, _ amount: UInt64) { cells.add(index, amount) }
        func machineTime() -> Duration { .seconds(1000) + clock.now.offset }
    }

    private let clock = ManualClock()
    private let folder = NSTemporaryDirectory() + "coffer-pace-\(UUID().uuidString)"

    private func inFolder<Result>(_ body: () async throws -> Result) async throws -> Result {
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        _ = try SQLiteStore.create("\(folder)/vault.db")
        return try await body()
    }

    /// The ledger of another process.
    private func ledger(start: UInt64 = 7) throws -> SharedPaceLedger {
        let (store, clock) = (try SQLiteStore.open("\(folder)/vault.db"), clock)
        return SharedPaceLedger(
            clock: clock,
            cells: { try store.sharedCells().map { TimedCells(cells: $0, clock: clock, machineStart: start) } },
            say: { if let reason = $0 { Issue.record("\(reason)") } })
    }

    @Test func `gives each place once, whoever asks`() async throws {
        try await inFolder {
            let ledgers = try (0..<3).map { _ in try ledger() }
            let waits = (0..<9).map { ledgers[$0 % 3].take(Self.bucket) }
            #expect(waits == [.zero, .zero, .zero] + (1...6).map { .milliseconds(500 * $0) })
            clock.advance(by: .seconds(100))
            #expect(try ledger().take(Self.bucket) == .zero)
        }
    }

    @Test func `gives each place once to many threads at once`() async throws {
        try await inFolder {
            let ledgers = try (0..<8).map { _ in try ledger() }
            let waits = await withTaskGroup(of: [Duration].self) { group in
                for ledger in ledgers { group.addTask { (0..<25).map { _ in ledger.take(Self.bucket) } } }
                return await group.reduce(into: []) { $0 += $1 }
            }
            #expect(waits.sorted() == [.zero, .zero] + (0..<198).map { .milliseconds(500 * $0) })
        }
    }

    @Test func `takes a place back that nobody needs, unless another process has taken one since`() async throws {
        try await inFolder {
            try PaceLedgersAtOnce(first: ledger(), second: ledger(), bucket: Self.bucket).expectPlacesGivenBack()
        }
    }

    @Test func `gives room behind a place to who comes late, as this process's memory does`() async throws {
        try await inFolder {
            let (first, second, memory) = (try ledger(), try ledger(), MemoryPaceLedger(clock: clock))
            PaceLedgersAtOnce(first: first, second: second, bucket: Self.bucket).expectRoom(asIn: memory)
            let (ours, expected) = (
                first.take(Self.bucket, room: .seconds(2), within: .seconds(60)),
                memory.take(Self.bucket, room: .seconds(2), within: .seconds(60))
            )
            first.giveBack(ours, to: Self.bucket)
            memory.giveBack(expected, to: Self.bucket)
            #expect(second.distance(of: Self.bucket) == memory.distance(of: Self.bucket))
        }
    }

    @Test func `goes on where somebody who took places is gone`() async throws {
        try await inFolder {
            do {
                let killed = try ledger()
                for _ in 0..<5 { _ = killed.take(Self.bucket) }
            }
            // Its two places that nobody uses are used up, and no more.
            #expect(try ledger().take(Self.bucket) == .milliseconds(1500))
        }
    }

    @Test func `is slower for all after a refusal that one has heard, which is counted`() async throws {
        try await inFolder {
            let (first, second) = (try ledger(), try ledger())
            #expect(first.slowDown(Self.bucket, pause: .seconds(2)) == 2)
            #expect([second.take(Self.bucket), second.take(Self.bucket)] == [.seconds(2), .seconds(3)])
            #expect(second.refusals == 1)
            clock.advance(by: .seconds(61))
            #expect([second.take(Self.bucket), first.take(Self.bucket)] == [.zero, .zero])
        }
    }

    @Test func `is another one for another name or start of the machine`() async throws {
        try await inFolder {
            let ledger = try ledger()
            for _ in 0..<20 { _ = ledger.take(Self.bucket) }
            #expect(ledger.take(PaceBucket(name: ["cr", "m"], limit: Self.limit)) == .zero)
            #expect(try self.ledger(start: 8).take(Self.bucket) == .zero)
            #expect(ledger.take(Self.bucket) == .seconds(9))
        }
    }

    /// As an app that was added by an earlier version, and a reader that goes by what is built in.
    @Test func `is one for those who state its figures differently, at the pace of the strictest`() async throws {
        try await inFolder {
            let (first, second) = (try ledger(), try ledger())
            let (old, new) = (
                PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .milliseconds(900), burst: 1)),
                PaceBucket(name: ["crm"], limit: RateLimit(amount: 1, interval: .seconds(1), burst: 1))
            )
            let waits = [first.take(old), second.take(new), first.take(old), second.take(new)]
            #expect(waits == [.zero, .milliseconds(900), .milliseconds(1900), .milliseconds(2900)])
            // Whoever goes by the former figures keeps to the stricter ones while others do, and no longer.
            clock.advance(by: .seconds(50))
            #expect([first.take(old), first.take(old)] == [.zero, .seconds(1)])
            clock.advance(by: .seconds(50))
            #expect([first.take(old), first.take(old)] == [.zero, .milliseconds(900)])
        }
    }

    @Test func `without a stated limit uses no slot until a refusal`() async throws {
        try await inFolder {
            let (first, second) = (try ledger(), try ledger())
            let bucket = PaceBucket(name: ["mail"], limit: nil)
            for _ in 0..<10 { #expect(first.take(bucket) == .zero) }
            #expect(first.slowDown(bucket, pause: nil) == 2)
            #expect([second.take(bucket), first.take(bucket)] == [.zero, .seconds(1)])
        }
    }

    /// The last are a thousand seconds ahead, as another start of a machine leaves them that does not tell its starts apart.
    @Test(arguments: [UInt64.max, 1 << 63, 0x0101_0101_0101_0101, 5_000_000_000_000, 2_000_000_000_000])
    func `holds nobody up for longer than its patience, whatever lies in the file`(_ number: UInt64) async throws {
        try await inFolder {
            _ = try ledger().take(Self.bucket)
            let store = try SQLiteStore.open("\(folder)/vault.db")
            let cells = try #require(try store.sharedCells())
            // The names stay, so that the bucket is found.
            for index in 8..<cells.count where (index - 8) % 6 != 0 {
                _ = cells.exchange(index, cells.load(index), number)
            }
            let ledger = try ledger()
            // The first that is refused is told where it would have been: one place further away, at an eighth of the pace.
            let furthest = RequestPace(Self.limit).patience + .milliseconds(500) * 8
            for _ in 0..<300 { #expect(ledger.take(Self.bucket) <= furthest) }
            for index in 8..<cells.count { _ = cells.exchange(index, cells.load(index), number) }
            for _ in 0..<300 { #expect(ledger.take(Self.bucket) <= furthest) }
            _ = ledger.slowDown(Self.bucket, pause: .seconds(5))
        }
    }

    @Test func `counts for itself where all slots are in use`() async throws {
        try await inFolder {
            let ledger = try ledger()
            let slow = RateLimit(amount: 1, interval: .seconds(60), burst: 1, scope: .account)
            for number in 0..<3000 {
                let bucket = PaceBucket(name: ["crm", "\(number)"], limit: slow)
                #expect([ledger.take(bucket), ledger.take(bucket)] == [.zero, .seconds(60)])
            }
            // Buckets that are full again make room.
            clock.advance(by: .seconds(200))
            #expect(ledger.take(Self.bucket) == .zero)
            #expect(try (0..<3).map { _ in try self.ledger().take(Self.bucket) }.last == .milliseconds(500))
        }
    }

    @Test func `keeps a limit of a whole day while others look for room`() async throws {
        try await inFolder {
            let ledger = try ledger()
            let daily = RateLimit(amount: 2000, interval: .seconds(86_400), burst: 2000, scope: .app)
            let bucket = PaceBucket(name: ["mail", "client"], limit: daily)
            for _ in 0..<1000 { #expect(ledger.take(bucket) == .zero) }
            let slow = RateLimit(amount: 1, interval: .seconds(60), burst: 1, scope: .account)
            for number in 0..<5000 {
                let other = PaceBucket(name: ["crm", "\(number)"], limit: slow)
                _ = (ledger.take(other), ledger.take(other))
            }
            #expect((0..<1000).map { _ in ledger.take(bucket) }.count { $0 == .zero } == 900)
        }
    }

    @Test func `says when it is shared with nobody, and when it is again`() async throws {
        try await inFolder {
            let store = try SQLiteStore.open("\(folder)/vault.db")
            let isThere = Mutex(true)
            let said = Mutex<[Bool]>([])
            let ledger = SharedPaceLedger(
                clock: clock, cells: { isThere.withLock { $0 } ? try store.sharedCells() : nil },
                say: { reason in said.withLock { $0.append(reason == nil) } })
            for present in [true, true, false, false, true] {
                isThere.withLock { $0 = present }
                _ = ledger.take(Self.bucket)
            }
            #expect(said.withLock { $0 } == [true, false, true])
        }
    }

    @Test func `says once that it is shared with nobody, and counts for itself`() async throws {
        for failure in [nil, VaultError(.diskFull, "no room")] {
            let said = Mutex<[String?]>([])
            let ledger = SharedPaceLedger(
                clock: clock, cells: { if let failure { throw failure } else { nil } },
                say: { text in said.withLock { $0.append(text) } })
            #expect((0..<4).map { _ in ledger.take(Self.bucket) }.last == .milliseconds(500))
            #expect(ledger.slowDown(Self.bucket, pause: nil) == 2)
            #expect(ledger.refusals == 1)
            let text = try #require(said.withLock { $0.count == 1 ? $0[0] : nil }, "it was said once")
            #expect(text.contains("for this process alone"))
            #expect(text.hasSuffix(failure == nil ? "nothing can be written where the vault lies" : "no room"))
        }
    }
}
