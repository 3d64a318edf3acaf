// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import Dispatch
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// What of the old keys' boxes is left in a vault's files after re-keying.
@Suite struct RekeyLogTests {
    /// A vault of some entries in a file, and what their boxes were before.
    private struct World {
        let folder: TemporaryFolder
        let file: String
        let vault: Vault
        let boxes: [[UInt8]]

        // The vault waits for others `busyWait` seconds.
        init(busyWait: Double = 5) async throws {
            folder = try TemporaryFolder()
            file = folder.file("vault.db")
            let (made, text) = try await Sample.vault(in: try SQLiteStore.create(file))
            try await RekeyWorld.fill(made, 20)
            let space = made.state.manifest.spaces[0].id
            boxes = try await made.store.read { try $0.rows(space: space) }.flatMap {
                [$0.useBox] + ($0.issueBox.map { [$0] } ?? [])
            }
            vault = try await Vault.unlock(try SQLiteStore.open(file, busyWait: busyWait), with: text, now: Sample.now)
        }

        /// How many of the old boxes are in the file or its log.
        func leftCount() throws -> Int {
            let contents = try ["", "-wal"].map { try Data(contentsOf: URL(fileURLWithPath: file + $0)) }
            // The middle of a box, which no other has.
            return boxes.count { box in contents.contains { $0.range(of: Data(box[20..<44])) != nil } }
        }
    }

    @Test func `no box that the old keys sealed is left in the file or its log`() async throws {
        let world = try await World()
        #expect(world.boxes.count == 40)
        #expect(try world.leftCount() == 40)
        #expect(try await world.vault.rekey().isFinished)
        #expect(try world.leftCount() == 0)
        #expect(try await world.vault.inspectAll().count == 20)
    }

    @Test func `while somebody reads they are left, the old keys are kept, and the next run ends both`() async throws {
        let world = try await World(busyWait: 0.02)
        let other = try SQLiteStore.open(world.file)
        let (beginnings, reader) = AsyncStream<Void>.makeStream()
        let mayEnd = DispatchSemaphore(value: 0)
        async let reading: Int = other.read { contents in
            let count = try contents.heads().count
            reader.finish()
            mayEnd.wait()
            return count
        }
        // Whatever happens: nobody may be left waiting.
        defer { mayEnd.signal() }
        for await _ in beginnings {}
        let report = try await world.vault.rekey(wait: .zero)
        #expect(report.spaces.map(\.kept) == [.logged])
        #expect(try world.leftCount() == 40)
        #expect(world.vault.state.manifest.spaces[0].generations.map(\.number) == [1, 2])
        mayEnd.signal()
        #expect(try await reading == 1)
        let next = try await world.vault.rekey(wait: .zero)
        #expect(next.isFinished && next.spaces.map(\.entryCount) == [0])
        #expect(try world.leftCount() == 0)
    }
}
