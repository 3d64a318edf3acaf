// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `The memory of what was handed out` {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    private static func handout(_ number: Int, version: Int = 1, mark: StoreMark?, id: EntryID = .random()) -> Handout {
        let credential = Credential(
            path: KeeperWorld.path("main/key\(number)"), value: Secret("value \(number) \(version)"), version: version)
        return Handout(credential: credential, action: .read, entryID: id, mark: mark) { _, _ in true }
    }

    private static func recall(_ memory: HandoutMemory, _ number: Int, isUnchanged: Bool = true) -> Credential? {
        let key = HandoutKey(path: KeeperWorld.path("main/key\(number)"), narrowing: nil)
        return memory.recall(key, nil, as: nil, now: now) { _ in isUnchanged }
    }

    @Test func `is bounded, and loses no count`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let mark = try #require(try await world.keeper().vault.mark())
            let memory = HandoutMemory()
            memory.keep(Self.handout(0, mark: mark))
            for _ in 1...3 { #expect(Self.recall(memory, 0) != nil) }
            // One more than there is room for; the second keeps its place, as it was used since.
            memory.keep(Self.handout(1, mark: mark))
            for number in 2..<HandoutMemory.capacity { memory.keep(Self.handout(number, mark: mark)) }
            #expect(Self.recall(memory, 1) != nil)
            memory.keep(Self.handout(HandoutMemory.capacity, mark: mark))
            #expect(Self.recall(memory, 0) == nil)
            #expect(Self.recall(memory, 1) != nil)
            let counts = memory.takeCounts(before: Self.handout(5000, mark: mark))
            #expect(counts.map(\.path.description) == ["main/key0"] && counts.map(\.count) == [3])
            #expect(memory.takeCounts(before: Self.handout(5000, mark: mark)).isEmpty)
            memory.restore(counts)
            #expect(memory.takeAll().map(\.count) == [3, 2])
            #expect(Self.recall(memory, 1) == nil)
        }
    }

    @Test func `serves nothing after a change, of another entry, or without a mark`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let mark = try #require(try await world.keeper().vault.mark())
            let memory = HandoutMemory()
            let first = Self.handout(0, mark: mark)
            memory.keep(first)
            #expect(Self.recall(memory, 0, isUnchanged: false) == nil)
            #expect(memory.isRepeated(first) { _ in true })
            #expect(!memory.isRepeated(first) { _ in false })
            #expect(!memory.isRepeated(Self.handout(0, mark: mark)) { _ in true })
            #expect(!memory.isRepeated(Self.handout(0, version: 2, mark: mark, id: first.entryID)) { _ in true })
            memory.keep(Self.handout(0, mark: nil, id: first.entryID))
            #expect(Self.recall(memory, 0) == nil)
        }
    }

    @Test func `holds each value once, in memory of its own`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let mark = try #require(try await world.keeper().vault.mark())
            let memory = HandoutMemory()
            let given = Self.handout(0, mark: mark)
            memory.keep(given)
            let first = try #require(Self.recall(memory, 0))
            #expect(first == given.credential)
            #expect(Self.place(of: first) != Self.place(of: given.credential))
            // Read again, recorded again: what is held stays where it is.
            #expect(memory.isRepeated(Self.handout(0, mark: mark, id: given.entryID)) { _ in true })
            memory.keep(Self.handout(0, mark: mark, id: given.entryID))
            #expect(Self.recall(memory, 0).map(Self.place) == Self.place(of: first))
        }
    }

    private static func place(of credential: Credential) -> UInt {
        credential.value.withExposedBytes { UInt(bitPattern: $0.baseAddress) }
    }
}
