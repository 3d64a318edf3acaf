// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

/// Things the tests are about.
enum Sample {
    static let instant = Date(timeIntervalSince1970: 1_790_000_000)
    static let now: @Sendable () -> Date = { instant }

    /// A fresh vault in a store, unlocked by its owner.
    static func vault<Store: VaultStore>(in store: Store) async throws -> (vault: Vault, text: IdentityText) {
        let owner = try Identity.generate()
        let text = IdentityText(identity: owner, pin: try await Vault.create(in: store, owner: owner, now: now))
        return (try await Vault.unlock(store, with: text, now: now), text)
    }

    static func path(_ text: String) throws -> CredentialPath { try CredentialPath(text) }

    /// A connection with a field in each tier.
    static func draft(
        _ path: String, access: String = "access", refresh: String = "refresh", dueAt: Date? = nil
    ) throws -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: access)
        var issue = FieldTable()
        issue.set(16, text: refresh)
        return EntryDraft(
            try CredentialPath(path), kind: .connection, use: use, issue: issue, dueAt: dueAt, state: "active",
            traced: [TracedSecret(Secret(refresh), tier: .issue, field: 16)])
    }

    /// The seed `00 01 … 1f`, for known answers.
    static func knownIdentity() throws -> Identity {
        try Identity(seed: SecretMemory(copying: [UInt8](0..<32)))
    }

    static func text(_ secret: Secret) -> String { secret.withExposedText { $0 } }
}

extension Vault {
    /// Writes one draft.
    func put(_ draft: EntryDraft) async throws -> Entry {
        let written = try await commit(WriteBatch(.put, drafts: [draft]))
        guard let entry = written.first else { throw VaultError.damaged }
        return entry
    }

    /// Writes a new version of an entry with another access token.
    func replace(_ entry: Entry, access: String) async throws -> Entry {
        var draft = try EntryDraft(replacing: entry)
        draft.use.set(16, text: access)
        return try await put(draft)
    }
}
