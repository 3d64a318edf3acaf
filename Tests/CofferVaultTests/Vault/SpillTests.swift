// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferVault

@Suite struct SpillTests {
    private static let answer: FieldTable = {
        var table = FieldTable()
        table.set(20, text: "the new refresh token")
        return table
    }()

    @Test func `what was spilled for a version opens for that version only`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a"))
        #expect(try vault.spilled(for: entry) == nil)
        try vault.spill(Self.answer, for: entry)
        #expect(try vault.spilled(for: entry) == Self.answer)
        let next = try await vault.replace(entry, access: "newer")
        #expect(try vault.spilled(for: next) == nil)
        try vault.forgetSpill(for: entry.id, version: entry.version)
        #expect(try vault.spilled(for: entry) == nil)
    }

    @Test func `spilled bytes are sealed, and refused when changed, cut or moved`() async throws {
        let store = MemoryStore()
        let (vault, _) = try await Sample.vault(in: store)
        let entry = try await vault.put(Sample.draft("main/a"))
        let other = try await vault.put(Sample.draft("main/b", refresh: "b"))
        try vault.spill(Self.answer, for: entry)
        let bytes = try #require(try store.spill.kept(for: entry.id).first?.bytes)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("refresh token"))
        // The first four bytes name the generation: of one that is not ours, nothing is known.
        for position in 4..<bytes.count {
            var changed = bytes
            changed[position] ^= 0x01
            try store.spill.keep(changed, for: entry.id, version: entry.version)
            #expect(throws: VaultError.damaged) { try vault.spilled(for: entry) }
        }
        for length in 0..<bytes.count {
            try store.spill.keep(Array(bytes.prefix(length)), for: entry.id, version: entry.version)
            #expect(throws: VaultError.damaged) { try vault.spilled(for: entry) }
        }
        try store.spill.keep(bytes, for: other.id, version: other.version)
        #expect(throws: VaultError.damaged) { try vault.spilled(for: other) }
    }

    @Test func `room is reserved and released`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        try vault.reserveRoom()
        #expect(vault.releaseRoom())
        #expect(!vault.releaseRoom())
    }
}
