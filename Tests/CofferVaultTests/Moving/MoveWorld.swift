// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// A vault with entries and a journal, and an empty store to move it to.
struct MoveWorld {
    static let place = MoveDestination(.file, named: "/made-up/new.db", isTold: true)

    let source: any VaultStore
    let target: any VaultStore
    let text: IdentityText
    /// The vault in the old store, as somebody has it open all the time.
    let vault: Vault

    init(_ source: any VaultStore, _ target: any VaultStore, entryCount: Int = 20) async throws {
        self.source = source
        self.target = target
        (vault, text) = try await Sample.vault(in: source)
        try await RekeyWorld.fill(vault, entryCount)
        try await vault.appendJournal([1], to: .random(), at: 0, for: Sample.path("main/app"), reason: "")
    }

    /// A move, or the next try.
    func move(
        from source: (any VaultStore)? = nil, to target: (any VaultStore)? = nil,
        as place: MoveDestination = MoveWorld.place,
        wait: Duration = .zero
    ) -> VaultMove {
        VaultMove(
            from: source ?? self.source, to: target ?? self.target, with: text, as: place, wait: wait, pageLength: 4,
            now: Sample.now)
    }

    /// The vault in a store, as somebody opens it now.
    func unlock(_ store: any VaultStore) async throws -> Vault {
        try await Vault.unlock(store, with: text, now: Sample.now)
    }

    /// Whether anybody can open a store.
    func opens(_ store: any VaultStore) async -> Bool { (try? await unlock(store)) != nil }

    /// What a store holds beside the manifests and what the move itself recorded.
    func values(_ store: any VaultStore) async throws -> [String] { try await RekeyWorld.values(unlock(store)) }

    /// Expects that the new store is the vault, whole, and the old one refused.
    func expectMoved(_ values: [String]) async throws {
        await #expect(throws: VaultError(.moved, "")) { _ = try await unlock(source) }
        await #expect(throws: VaultError(.moved, "")) { _ = try await vault.inspectAll() }
        #expect(try await self.values(target).sorted() == values.sorted())
        let findings = try await unlock(target).verify().findings
        #expect(findings == [])
        let keys = try await source.read { try $0.journalKeys() }
        let there = try await target.read { try $0.journalKeys() }
        #expect(keys == there)
    }
}
