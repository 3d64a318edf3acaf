// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Foundation

/// All that an owner sees of a vault, as far as it lets itself be seen.
struct Contents: Sendable {
    /// An entry without what differs from one reading to the next.
    struct Item: Equatable, Sendable {
        let path: String
        let id: EntryID
        let version: UInt64
        let kind: EntryKind
        let use: FieldTable
        let issue: FieldTable?
        let dueAt: Date?
        let state: String?

        init(_ entry: Entry) {
            path = entry.path.description
            id = entry.id
            version = entry.version
            kind = entry.kind
            use = entry.use
            issue = entry.issue
            dueAt = entry.dueAt
            state = entry.state
        }
    }

    /// The entries by what was asked for, and as listed, and as due.
    var asked: [String: Item] = [:]
    var listed: [Item] = []
    var due: [Item] = []
    var audit: [AuditRecord] = []
    var journal: [[UInt8]] = []
    var rotations: [EntryID] = []
    /// What is known of each refresh token: spent or not.
    var known: [String: Bool] = [:]
    /// The wishes that count, and those that count for nothing.
    var wishes: [Wish] = []
    var void: [StoredWish] = []
    /// The events that came home from a bundle, by number.
    var collected: [UInt64: AuditRecord] = [:]
    var boxes: [StoredPassphraseBox] = []
    /// What it was read from, for whoever looks further; nil if it did not open.
    var opened: (store: any VaultStore, vault: Vault)?
    /// What was refused, and how.
    var refusals: [String] = []
    /// Errors that are none of ours.
    var strange: [String] = []

    /// Whether nothing was refused.
    var isWhole: Bool { refusals.isEmpty && strange.isEmpty && !asked.isEmpty }

    /// Opens and reads everything; each part by itself, so that one that is refused hides no other.
    static func read(_ fixture: Fixture, _ open: () throws -> any VaultStore) async throws -> Contents {
        var contents = Contents()
        guard let store = await contents.attempt({ try open() }),
            let vault = await contents.attempt({
                try await Vault.unlock(store, with: fixture.identity, now: { Fixture.now })
            })
        else { return contents }
        contents.opened = (store, vault)
        for path in try Fixture.paths() {
            if let entry = await contents.attempt({ try await vault.inspect(path) }), let entry {
                contents.asked[path.description] = Item(entry)
                await contents.attempt { try await vault.confirmNewest(entry) }
            }
            for version in 1...2 {
                let token = Fixture.refreshToken(path, version)
                let found = await contents.attempt { try await vault.known(token, tier: .issue, at: path) }
                if let found, let found { contents.known["\(path) \(version)"] = found.isSpent }
            }
        }
        contents.listed = await contents.attempt { try await vault.inspectAll() }?.map(Item.init) ?? []
        contents.due = await contents.attempt { try await vault.inspectDue(by: Fixture.now + 60) }?.map(Item.init) ?? []
        contents.audit = await contents.attempt { try await vault.ownAudit() } ?? []
        contents.rotations = await contents.attempt { try await vault.journals().map(\.id) } ?? []
        contents.journal = await contents.attempt { try await vault.journal(of: Fixture.rotation, in: "main") } ?? []
        if let survey = await contents.attempt({ try await vault.wishes() }) {
            contents.wishes = survey.valid
            contents.void = survey.void
        }
        let collected = await contents.attempt {
            var found: [UInt64: AuditRecord] = [:]
            try await vault.eachCollectedEvent { found[$0.sequence] = $0.record }
            return found
        }
        contents.collected = collected ?? [:]
        contents.boxes =
            await contents.attempt {
                try await store.read { reader in
                    try reader.passphraseBoxSigners().compactMap { try reader.passphraseBox(of: $0) }
                }
            } ?? []
        return contents
    }

    @discardableResult
    private mutating func attempt<Result: Sendable>(_ body: () async throws -> Result) async -> Result? {
        do { return try await body() } catch let error as VaultError {
            refusals.append(error.code.rawValue)
        } catch {
            strange.append("\(type(of: error))")
        }
        return nil
    }
}
