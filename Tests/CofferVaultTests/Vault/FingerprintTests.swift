// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferVault

@Suite struct FingerprintTests {
    @Test func `a stored secret is known by its fingerprint, and others are not`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a", refresh: "r1"))
        let known = try #require(try await vault.known(Secret("r1"), tier: .issue, at: entry.path))
        #expect(known.entryID == entry.id)
        #expect(known.field == 16)
        #expect(known.tier == .issue)
        #expect(!known.isSpent)
        #expect(try await vault.known(Secret("r2"), tier: .issue, at: entry.path) == nil)
        // The tiers have keys of their own.
        #expect(try await vault.known(Secret("r1"), tier: .use, at: entry.path) == nil)
    }

    @Test func `a spent token stays spent, also when it is stored again`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a", refresh: "r1"))
        var draft = try EntryDraft(replacing: entry)
        draft.traced = [
            TracedSecret(Secret("r1"), tier: .issue, field: 16, change: .spent),
            TracedSecret(Secret("r2"), tier: .issue, field: 16),
        ]
        let next = try await vault.put(draft)
        #expect(try await vault.known(Secret("r1"), tier: .issue, at: entry.path)?.isSpent == true)
        #expect(try await vault.known(Secret("r2"), tier: .issue, at: entry.path)?.isSpent == false)
        var again = try EntryDraft(replacing: next)
        again.traced = [TracedSecret(Secret("r1"), tier: .issue, field: 16)]
        _ = try await vault.put(again)
        #expect(try await vault.known(Secret("r1"), tier: .issue, at: entry.path)?.isSpent == true)
    }

    @Test func `a fingerprint outlives its entry`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a", refresh: "r1"))
        _ = try await vault.commit(WriteBatch(.remove, removals: [entry]))
        #expect(try await vault.known(Secret("r1"), tier: .issue, at: entry.path)?.entryID == entry.id)
    }

    @Test func `two vaults give one secret two fingerprints`() async throws {
        let one = try await Sample.vault(in: MemoryStore()).vault
        let two = try await Sample.vault(in: MemoryStore()).vault
        let path = try Sample.path("main/a")
        let secret = Secret("the same")
        #expect(try one.tag(of: secret, tier: .issue, at: path) == one.tag(of: secret, tier: .issue, at: path))
        #expect(try one.tag(of: secret, tier: .issue, at: path) != two.tag(of: secret, tier: .issue, at: path))
        #expect(try one.tag(of: secret, tier: .issue, at: path) != one.tag(of: secret, tier: .use, at: path))
    }
}
