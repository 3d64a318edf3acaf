// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

@testable import CofferCrypto
@testable import CofferVault

/// A vault with an owner, an issuer and a reader, and entries `main/app/0`, `main/app/1` and so on.
struct RekeyWorld {
    let members: RoledVault
    let owner: Vault
    let issuer: Vault

    var store: MemoryStore { members.store }
    var rows: [EntryRow] { store.tamper { Array($0.entries.values) } }

    init(entryCount: Int) async throws {
        members = try await RoledVault()
        owner = try await members.unlock(members.owner)
        issuer = try await members.unlock(members.issuer)
        try await Self.fill(owner, entryCount)
    }

    /// Writes entries in one batch.
    static func fill(_ vault: Vault, _ count: Int) async throws {
        let drafts = try (0..<count).map { index in
            try Sample.draft("main/app/\(index)", access: "access \(index)", refresh: "refresh \(index)")
        }
        _ = try await vault.commit(WriteBatch(.put, drafts: drafts))
    }

    func path(_ index: Int) throws -> CredentialPath { try CredentialPath("main/app/\(index)") }

    /// What every entry holds, as an identity with both tiers reads it in a vault opened afresh.
    func values(_ identity: Identity) async throws -> [String] {
        try await Self.values(try await members.unlock(identity))
    }

    /// The owner's vault in a store around this one's.
    func unlock(_ store: any VaultStore) async throws -> Vault {
        try await Vault.unlock(store, with: IdentityText(identity: members.owner, pin: members.pin), now: Sample.now)
    }

    static func values(_ vault: Vault) async throws -> [String] {
        try await vault.inspectAll().map { entry in
            "\(entry.path) \(entry.version) \(entry.use.text(16) ?? "-") \(entry.issue?.text(16) ?? "-")"
        }
    }
}
