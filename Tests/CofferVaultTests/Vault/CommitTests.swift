// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct CommitTests {
    @Test func `a new entry is there in version 1, and a second one at its path is refused`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a"))
        #expect(entry.version == 1)
        #expect(try await vault.inspect(entry.path)?.id == entry.id)
        let again = try Sample.draft("main/a", access: "another")
        await #expect(throws: VaultError(.exists, "")) { _ = try await vault.put(again) }
        #expect(try await vault.inspect(entry.path)?.use.text(16) == "access")
    }

    @Test func `of two writers of one version the second is told`() async throws {
        let store = MemoryStore()
        let (vault, text) = try await Sample.vault(in: store)
        let other = try await Vault.unlock(store, with: text, now: Sample.now)
        let entry = try await vault.put(Sample.draft("main/a"))
        let first = try await vault.replace(entry, access: "first")
        #expect(first.version == 2)
        await #expect(throws: VaultError(.conflict, "")) { _ = try await other.replace(entry, access: "second") }
        #expect(try await other.inspect(entry.path)?.use.text(16) == "first")
    }

    @Test func `the entry given back can be replaced without reading it again`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        var entry = try await vault.put(Sample.draft("main/a"))
        for round in 2...5 {
            entry = try await vault.replace(entry, access: "round \(round)")
            #expect(entry.version == UInt64(round))
        }
        try await vault.confirmNewest(entry)
        #expect(try await vault.inspect(entry.id)?.rowHash == entry.rowHash)
    }

    @Test func `a batch with one conflict writes nothing`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let kept = try await vault.put(Sample.draft("main/kept"))
        let stale = try await vault.put(Sample.draft("main/stale"))
        _ = try await vault.replace(stale, access: "newer")
        let events = try await vault.ownAudit().count
        let batches = [
            WriteBatch(.put, drafts: [try Sample.draft("main/new"), try EntryDraft(replacing: stale)]),
            WriteBatch(.remove, drafts: [try Sample.draft("main/new")], removals: [kept, stale]),
            WriteBatch(.put, drafts: [try Sample.draft("main/new", refresh: "n")], unchanged: [kept, stale]),
        ]
        for batch in batches {
            await #expect(throws: VaultError(.conflict, "")) { _ = try await vault.commit(batch) }
        }
        #expect(try await vault.inspect(Sample.path("main/new")) == nil)
        #expect(try await vault.inspect(kept.path)?.version == 1)
        #expect(try await vault.known(Secret("n"), tier: .issue, at: kept.path) == nil)
        #expect(try await vault.ownAudit().count == events)
    }

    @Test func `entries that stayed as they were let the batch through and are not written`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let app = try await vault.put(Sample.draft("main/app"))
        let written = try await vault.commit(
            WriteBatch(.connect, drafts: [try Sample.draft("main/app/acme")], unchanged: [app]))
        #expect(written.map(\.path.description) == ["main/app/acme"])
        #expect(try await vault.inspect(app.path)?.version == 1)
        let gone = WriteBatch(.put, drafts: [try Sample.draft("main/x")], unchanged: [app])
        _ = try await vault.commit(WriteBatch(.remove, removals: [app]))
        await #expect(throws: VaultError(.conflict, "")) { _ = try await vault.commit(gone) }
    }

    @Test func `a removed entry is gone, and its path can be taken by another`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a"))
        _ = try await vault.commit(WriteBatch(.remove, removals: [entry]))
        #expect(try await vault.inspect(entry.path) == nil)
        #expect(try await vault.inspect(entry.id) == nil)
        let next = try await vault.put(Sample.draft("main/a"))
        #expect(next.id != entry.id)
        #expect(next.version == 1)
    }

    @Test func `an entry can be moved to a free path and to no other`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a"))
        let other = try await vault.put(Sample.draft("main/b"))
        var draft = try EntryDraft(replacing: entry)
        draft.path = other.path
        let taken = draft
        await #expect(throws: VaultError(.exists, "")) { _ = try await vault.put(taken) }
        draft.path = try Sample.path("main/c")
        let moved = try await vault.put(draft)
        #expect(moved.id == entry.id)
        #expect(try await vault.inspect(entry.path) == nil)
        #expect(try await vault.inspect(Sample.path("main/c"))?.id == entry.id)
    }

    @Test func `a path in a space that is not there is refused`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let draft = try Sample.draft("prod/a")
        await #expect(throws: VaultError(.missing, "")) { _ = try await vault.put(draft) }
        await #expect(throws: VaultError(.missing, "")) { _ = try await vault.inspect(draft.path) }
    }

    @Test func `a version that can't be counted further is refused`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        let entry = try await vault.put(Sample.draft("main/a"))
        var draft = try EntryDraft(replacing: entry)
        draft.expectation = .version(entry.id, .max)
        let forged = draft
        await #expect(throws: VaultError.damaged) { _ = try await vault.put(forged) }
    }

    @Test func `due entries come earliest first and only as many as asked for`() async throws {
        let (vault, _) = try await Sample.vault(in: MemoryStore())
        for (name, minutes) in [("c", 3.0), ("a", 1), ("b", 2), ("late", 9)] {
            _ = try await vault.put(
                Sample.draft("main/\(name)", refresh: name, dueAt: Sample.instant + minutes * 60))
        }
        _ = try await vault.put(Sample.draft("main/never", refresh: "never"))
        let due = try await vault.inspectDue(by: Sample.instant + 200)
        #expect(due.map(\.path.description) == ["main/a", "main/b", "main/c"])
        #expect(try await vault.inspectDue(by: Sample.instant + 200, limit: 1).map(\.path.description) == ["main/a"])
        #expect(
            try await vault.inspectAll().map(\.path.description) == [
                "main/a", "main/b", "main/c", "main/late", "main/never",
            ])
        let paths = try ["main/a", "main/none"].map(Sample.path)
        #expect(try await vault.inspect(all: paths).keys.map(\.description) == ["main/a"])
    }
}
