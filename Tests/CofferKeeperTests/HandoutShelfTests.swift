// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

@Suite struct `What threads have at hand` {
    /// A memory, and how to ask it as one thread does.
    private struct Desk {
        static let now = Date(timeIntervalSince1970: 1_790_000_000)
        static let second: Int64 = 1_790_000_000
        static let path = KeeperWorld.path("main/key")

        let memory = HandoutMemory()
        let mark: StoreMark
        /// When what it keeps no longer serves.
        var end = Date.distantFuture

        static func with(_ body: (Desk) throws -> Void) async throws {
            try await KeeperWorld.with(accounts: []) { world in
                let mark = try #require(try await world.keeper().vault.mark())
                try body(Desk(mark: mark))
            }
        }

        func keep(_ path: CredentialPath = Self.path, version: Int = 1, id: EntryID = .random()) {
            let credential = Credential(path: path, value: Secret("made-up \(version)"), version: version)
            memory.keep(
                Handout(credential: credential, action: .read, entryID: id, mark: mark) { [end] _, now in now < end })
        }

        /// Asks the memory itself, which gives to hand what it hands out.
        func recall(
            _ path: CredentialPath = Self.path, _ minimumValidity: Duration? = nil, now: Date = Self.now,
            ticket: TicketID? = nil
        ) -> Credential? {
            let key = HandoutKey(path: path, narrowing: nil, ticket: ticket)
            return memory.recall(key, minimumValidity, as: nil, now: now) { _ in true }
        }

        func atHand(
            _ path: CredentialPath = Self.path, _ minimumValidity: Duration? = nil, as action: AuditAction? = nil,
            at second: Int64 = Self.second, isUnchanged: Bool = true
        ) -> Credential? {
            memory.recallAtHand(path, minimumValidity, as: action, at: second) { $0 == mark && isUnchanged }
        }
    }

    @Test func `is what was handed out from memory, whoever read its path`() async throws {
        try await Desk.with { desk in
            desk.keep()
            #expect(desk.atHand() == nil)
            let first = try #require(desk.recall())
            #expect(desk.atHand() == first)
            #expect(desk.atHand(KeeperWorld.path("main/key")) == first)
            #expect(desk.atHand(as: .read) == first)
            #expect(desk.atHand(as: .handOut) == nil)
            #expect(desk.atHand(KeeperWorld.path("main/other")) == nil)
            #expect(desk.memory.takeAll().map(\.count) == [4])
            #expect(desk.atHand() == nil)
        }
    }

    @Test func `is nothing once the store has changed`() async throws {
        try await Desk.with { desk in
            desk.keep()
            _ = desk.recall()
            #expect(desk.atHand(isUnchanged: false) == nil)
            #expect(desk.atHand() != nil)
            #expect(desk.memory.takeAll().map(\.count) == [2])
        }
    }

    @Test func `is for the validity that was asked, and never with a ticket`() async throws {
        try await Desk.with { desk in
            desk.keep()
            _ = desk.recall(Desk.path, .seconds(60))
            #expect(desk.atHand() == nil)
            #expect(desk.atHand(Desk.path, .seconds(61)) == nil)
            #expect(desk.atHand(Desk.path, .seconds(60)) != nil)
            // Beside the other, not in its place.
            _ = desk.recall()
            #expect(desk.atHand() != nil && desk.atHand(Desk.path, .seconds(60)) != nil)
            #expect(desk.memory.takeAll().map(\.count) == [5])
        }
        try await Desk.with { desk in
            let credential = Credential(path: Desk.path, value: Secret("made-up"))
            desk.memory.keep(
                Handout(
                    credential: credential, action: .read, entryID: .random(), mark: desk.mark,
                    serves: { _, _ in true }, ticket: TicketID(number: 1, name: "ci")))
            #expect(desk.recall(ticket: TicketID(number: 1, name: "ci")) != nil)
            #expect(desk.atHand() == nil)
        }
    }

    @Test func `ends with its minute, where the clock is set back, and before what it is of`() async throws {
        try await Desk.with { desk in
            desk.keep()
            _ = desk.recall()
            #expect(desk.atHand(at: Desk.second + 59) != nil)
            #expect(desk.atHand(at: Desk.second + 60) == nil)
            #expect(desk.atHand(at: Desk.second - 1) == nil)
            // Asked anew, it goes on from there.
            #expect(desk.recall(now: Desk.now - 3600) != nil)
            #expect(desk.atHand(at: Desk.second - 3600) != nil)
            #expect(desk.atHand(at: Desk.second) == nil)
        }
        for (life, isAtHand) in [(61.9, false), (62.1, true)] {
            try await Desk.with { desk in
                var desk = desk
                desk.end = Desk.now + life
                desk.keep()
                #expect(desk.recall() != nil)
                #expect((desk.atHand() != nil) == isAtHand)
                #expect(desk.recall(now: desk.end) == nil)
            }
        }
    }

    @Test func `is taken back when it is replaced, refused or forgotten`() async throws {
        try await Desk.with { desk in
            let id = EntryID.random()
            for change in 0..<3 {
                desk.keep(id: id)
                let held = try #require(desk.recall())
                #expect(desk.atHand() == held)
                switch change {
                case 0: desk.keep(version: 2, id: id)
                case 1: desk.memory.forget(held.value, at: Desk.path)
                default: #expect(desk.memory.takeAll().map(\.count) == [2, 2, 2])
                }
                #expect(desk.atHand() == nil)
            }
        }
    }

    @Test func `is bounded, and loses no count of what is pushed out`() async throws {
        try await Desk.with { desk in
            let paths = (0..<HandoutMemory.capacity).map { KeeperWorld.path("main/key\($0)") }
            for path in paths { desk.keep(path) }
            var count = 0
            for path in paths + paths {
                #expect(desk.recall(path) != nil)
                count += desk.atHand(path) == nil ? 1 : 2
            }
            let counts = desk.memory.takeAll()
            #expect(counts.count == paths.count && counts.map(\.count).reduce(0, +) == count)
        }
    }

    /// Also of what is handed out while it is being taken back.
    @Test func `counts each hand-out of many threads once`() async throws {
        try await Desk.with { desk in
            let id = EntryID.random()
            desk.keep(id: id)
            let handedOut = Atomic(0)
            let counted = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: 24) { number in
                for turn in 0..<500 {
                    if (desk.atHand() ?? desk.recall()) != nil { handedOut.add(1, ordering: .relaxed) }
                    guard number % 4 == 0, turn % 50 == 0 else { continue }
                    let counts = desk.memory.takeAll()
                    counted.withLock { $0 += counts.map(\.count).reduce(0, +) }
                    desk.keep(id: id)
                }
            }
            let sum = counted.withLock { $0 } + desk.memory.takeAll().map(\.count).reduce(0, +)
            let times = handedOut.load(ordering: .relaxed)
            #expect(times > 0 && sum == times)
        }
    }
}
