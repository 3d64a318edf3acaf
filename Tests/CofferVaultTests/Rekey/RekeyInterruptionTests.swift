// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import Synchronization
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Re-keying that ends anywhere, and while others work.
@Suite struct RekeyInterruptionTests {
    @Test(arguments: FailingStore.Moment.allCases)
    func `cut off at each of its writes it is gone on with, and everything can be read at each point`(
        moment: FailingStore.Moment
    ) async throws {
        var number = 1
        var isThrough = false
        while !isThrough {
            let store = MemoryStore()
            let (vault, text) = try await Sample.vault(in: store)
            try await RekeyWorld.fill(vault, 20)
            try await vault.appendJournal([1], to: .random(), at: 0, for: Sample.path("main/app"), reason: "")
            let before = try await RekeyWorld.values(vault)
            let dying = try await Vault.unlock(
                FailingStore(store, write: number, moment), with: text, now: Sample.now)
            do {
                isThrough = try await dying.rekey(batchLength: 4).isFinished
            } catch is FailingStore.Death {
                number += 1
            }
            let next = try await Vault.unlock(store, with: text, now: Sample.now)
            #expect(try await RekeyWorld.values(next) == before)
            // Whoever had the vault open all the time reads on too.
            #expect(try await RekeyWorld.values(vault) == before)
            #expect(try await next.verify().findings == [])
            let report = try await next.rekey(batchLength: 4)
            #expect(report.isFinished)
            #expect(try await RekeyWorld.values(vault) == before)
            #expect(try await next.verify().findings == [])
            #expect(next.state.manifest.spaces[0].generations.count == 1)
        }
        // One to begin, five batches, a journal, one to end.
        #expect(number == 9)
    }

    @Test func `writers and readers of other connections go on, and no update is lost`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.file("vault.db")
        // They wait for each other however long this process stands still.
        try SQLiteStore.create(file).seal()
        let (vault, text) = try await Sample.vault(in: try SQLiteStore.open(file, busyWait: 120))
        try await RekeyWorld.fill(vault, 120)
        let isOver = Flag()
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<3 {
                let own = try SQLiteStore.open(file, busyWait: 120)
                let other = try await Vault.unlock(own, with: text, now: Sample.now)
                let path = try Sample.path("main/app/\(writer)")
                group.addTask { try await Self.countUp(other, path, until: isOver) }
            }
            let last = try SQLiteStore.open(file, busyWait: 120)
            let reading = try await Vault.unlock(last, with: text, now: Sample.now)
            group.addTask {
                try await Self.countEntries(reading, until: isOver)
            }
            for _ in 0..<4 {
                let report = try await vault.rekey(batchLength: 10)
                #expect(report.isFinished, "\(report)")
            }
            isOver.set()
            var written = 0
            for try await count in group { written += count }
            return written
        }
        #expect(written > 0)
        var counted = 0
        for writer in 0..<3 {
            let entry = try #require(try await vault.inspect(Sample.path("main/app/\(writer)")))
            // Nobody else writes it, and sealing again is no write: each of the writer's is there.
            #expect(entry.use.text(16) == "count \(entry.version - 1)" || entry.version == 1)
            counted += Int(entry.version) - 1
        }
        #expect(counted == written)
        #expect(try await vault.verify().findings == [])
        withExtendedLifetime(folder) {}
    }

    /// Reads every entry over and over; none may ever be missing or not open.
    private static func countEntries(_ vault: Vault, until isOver: Flag) async throws -> Int {
        while !isOver.isSet {
            let entries = try await vault.inspectAll()
            #expect(entries.count == 120)
        }
        return 0
    }

    /// Counts up in an entry, each time from what it read; no write may fail.
    private static func countUp(_ vault: Vault, _ path: CredentialPath, until isOver: Flag) async throws -> Int {
        var count = 0
        while !isOver.isSet {
            let entry = try #require(try await vault.inspect(path))
            try await vault.confirmNewest(entry)
            _ = try await vault.replace(entry, access: "count \(entry.version)")
            count += 1
        }
        return count
    }
}

/// Something that is so from some time on.
private final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
