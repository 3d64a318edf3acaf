// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation
import Testing

/// A damaged file: an error of ours or what was there, never a crash and never something else.
@Suite struct DamageTests {
    private struct Contents: Equatable {
        var paths: [String]
        var values: [String?]
        var events: Int
    }

    private static func contents(of file: VaultFile, at path: String) async throws -> Contents {
        let vault = try await Vault.unlock(SQLiteStore.open(path), with: file.text, now: VaultFile.now)
        let entries = try await vault.inspectAll()
        for entry in entries { try await vault.confirmNewest(entry) }
        return Contents(
            paths: entries.map(\.path.description), values: entries.flatMap { [$0.use.text(16), $0.issue?.text(16)] },
            events: try await vault.ownAudit().count)
    }

    /// Whether what is in a damaged file is an error of ours, or a beginning of the truth.
    private static func judge(_ bytes: [UInt8], of file: VaultFile, whole: Contents) async throws -> String? {
        let folder = try TemporaryFolder()
        let path = folder.file("vault.db")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        do {
            let found = try await contents(of: file, at: path)
            // Damage may hide rows from a scan (SQLite can't tell a count that was lowered); it may not change one.
            let isTrue =
                zip(found.paths, found.values.indices).allSatisfy { path, _ in whole.paths.contains(path) }
                && Set(found.values).isSubset(of: Set(whole.values)) && found.events <= whole.events
            return isTrue ? nil : "shows what was never written"
        } catch is VaultError {
            return nil
        } catch {
            return "\(type(of: error)): \(error)"
        }
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
    func `a file with a byte changed anywhere is damaged or true`(mask: UInt8) async throws {
        let file = try await VaultFile(entries: 4)
        let bytes = try file.bytes()
        let whole = try await Self.contents(of: file, at: file.path)
        #expect(whole.paths.count == 4)
        // The whole header, the first bytes of each page, and a sample of the rest.
        let positions =
            Array(0..<100) + stride(from: 0, to: bytes.count, by: 4096).flatMap { $0..<$0 + 12 }
            + Array(stride(from: 100, to: bytes.count, by: 397))
        for position in positions {
            var changed = bytes
            changed[position] ^= mask
            let problem = try await Self.judge(changed, of: file, whole: whole)
            #expect(problem == nil, "byte \(position)")
        }
    }

    @Test(arguments: [76, 9])
    func `an index that leads to the same row twice is damage`(type: UInt8) async throws {
        let file = try await VaultFile(entries: 4)
        var bytes = try file.bytes()
        // The records of the indexes on (space, lookup) and (space, generation), from the second row on: the size of their
        // header, the types of a blob of 16 bytes, of one of 32 or the integer 1, and of the row's number, one byte;
        // https://www.sqlite.org/fileformat2.html#record_format
        let start: [UInt8] = [4, 44, type, 1]
        let numbers = bytes.indices.dropLast(64).filter { bytes[$0...].starts(with: start) }
            .map { $0 + 4 + 16 + (type == 76 ? 32 : 0) }
        try #require(numbers.map { bytes[$0] }.sorted() == [2, 3, 4])
        for number in numbers { bytes[number] = 3 }
        let folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file("vault.db")))
        let store = try SQLiteStore.open(folder.file("vault.db"))
        let vault = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
        // A listing goes along one of the two; the other's damage is for `verify` to find.
        let listed = try? await vault.inspectAll().map(\.path.description)
        #expect(listed == nil || Set(listed ?? []).count == 4, "\(listed ?? [])")
        #expect(try await !store.integrity().isEmpty)
    }

    @Test func `a file cut anywhere is damaged, foreign or true`() async throws {
        let file = try await VaultFile(entries: 4)
        let bytes = try file.bytes()
        let whole = try await Self.contents(of: file, at: file.path)
        for length in Array(stride(from: 0, to: 600, by: 31)) + Array(stride(from: 600, to: bytes.count, by: 1019)) {
            let problem = try await Self.judge(Array(bytes.prefix(length)), of: file, whole: whole)
            #expect(problem == nil, "cut at \(length)")
        }
    }
}
