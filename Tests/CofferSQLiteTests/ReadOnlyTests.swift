// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation
import Testing

/// Serialised, since mounts belong to the whole process.
@Suite(.serialized, .enabled(if: UnwritableFolder.isPossible, "no folder can be made unwritable here"))
struct ReadOnlyTests {
    /// A vault whose owners allow reading without a record, or don't.
    private struct Place {
        let folder: TemporaryFolder
        let text: IdentityText
        let row: EntryRow
        var path: String { folder.file("vault.db") }

        init(allowing: Bool, sealed: Bool) async throws {
            folder = try TemporaryFolder()
            let store = try SQLiteStore.create(folder.file("vault.db"))
            let owner = try Identity.generate()
            var manifest = try Manifest.first(
                owner: owner.publicIdentity, name: "owner", space: "main", createdAt: 1)
            manifest.allowsUnauditedReading = allowing
            let signed = try SignedManifest(signing: manifest, by: owner)
            let pin = Pin(vaultID: manifest.vaultID, epoch: 1, manifestHash: signed.hash)
            text = IdentityText(identity: owner, pin: pin)
            let row = try BareRow.make()
            self.row = row
            try await store.write(.synced) { transaction in
                try transaction.insertManifest(signed.encoded, epoch: 1)
                try transaction.insert(row)
            }
            if sealed { try store.seal() }
        }

        func unlock() async throws -> Vault {
            try await Vault.unlock(SQLiteStore.open(path), with: text, now: VaultFile.now)
        }

        func names() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        }
    }

    @Test(arguments: [true, false])
    func `what lies where nothing can be written is read, and a write says so`(sealed: Bool) async throws {
        let place = try await Place(allowing: true, sealed: sealed)
        let before = try place.names()
        #expect(before.contains("vault.db-wal") == !sealed)
        let unwritable = try UnwritableFolder(place.folder.path)
        let store = try SQLiteStore.open(place.path)
        #expect(store.isReadOnly)
        #expect(store.change == nil)
        // What is only in the log is seen as well.
        #expect(try await store.read { try $0.row(id: place.row.id) } == place.row)
        #expect(try await store.integrity() == [])
        let row = try BareRow.make()
        await #expect(throws: VaultError(.unreadable, "")) { try await store.write(.synced) { try $0.insert(row) } }
        await #expect(throws: VaultError(.unreadable, "")) { try await store.truncateLog() }
        #expect(throws: VaultError(.unreadable, "")) { _ = try store.tryLock(.random()) }
        #expect(try place.names() == before)
        withExtendedLifetime(unwritable) {}
    }

    @Test func `a copy is made of what can't be written`() async throws {
        let place = try await Place(allowing: true, sealed: false)
        let elsewhere = try TemporaryFolder()
        let unwritable = try UnwritableFolder(place.folder.path)
        try await SQLiteStore.open(place.path).copy(to: elsewhere.file("copy.db")) { _ in }
        #expect(
            try await SQLiteStore.open(elsewhere.file("copy.db")).read { try $0.row(id: place.row.id) } == place.row)
        withExtendedLifetime(unwritable) {}
    }

    @Test func `a log without its index is not passed over`() async throws {
        let place = try await Place(allowing: true, sealed: false)
        try FileManager.default.removeItem(atPath: place.path + "-shm")
        let unwritable = try UnwritableFolder(place.folder.path)
        #expect(throws: VaultError(.unreadable, "")) { _ = try SQLiteStore.open(place.path) }
        withExtendedLifetime(unwritable) {}
    }

    @Test func `reading goes unrecorded only where the owners allow it, and nothing but reading does`() async throws {
        let refusing = try await Place(allowing: false, sealed: true)
        do {
            let unwritable = try UnwritableFolder(refusing.folder.path)
            await #expect(throws: VaultError(.notPermitted, "")) { _ = try await refusing.unlock() }
            withExtendedLifetime(unwritable) {}
        }
        #expect(try await !refusing.unlock().readsUnrecorded)
        let allowing = try await Place(allowing: true, sealed: true)
        let unwritable = try UnwritableFolder(allowing.folder.path)
        let vault = try await allowing.unlock()
        #expect(vault.readsUnrecorded)
        for action in [AuditAction.read, .handOut, .list] {
            try await vault.record(AuditRecord(at: VaultFile.now(), action: action, paths: ["main/a"]))
        }
        await #expect(throws: VaultError(.unreadable, "")) {
            try await vault.record(AuditRecord(at: VaultFile.now(), action: .rotate, paths: ["main/a"]))
        }
        let draft = try VaultFile.draft(0)
        await #expect(throws: VaultError(.unreadable, "")) {
            _ = try await vault.commit(WriteBatch(.put, drafts: [draft]))
        }
        #expect(try await vault.ownAudit().isEmpty)
        withExtendedLifetime(unwritable) {}
    }

    @Test(arguments: [false, true])
    func `a reader reads there what is its own to read, if that is allowed`(isAllowed: Bool) async throws {
        let file = try await VaultFile(entries: 1)
        let identity = try Identity.generate()
        let text: IdentityText
        do {
            let store = try SQLiteStore.open(file.path)
            let owner = try await Vault.unlock(store, with: file.text, now: VaultFile.now)
            text = try await owner.addMember(identity.publicIdentity, name: "ci", role: .reader, spaces: ["main"])
                .accepted(by: identity)
            if isAllowed { _ = try await owner.setUnauditedReading(true) }
            try store.seal()
        }
        let unwritable = try UnwritableFolder(file.folder.path)
        let store = try SQLiteStore.open(file.path)
        guard isAllowed else {
            await #expect(throws: VaultError(.notPermitted, "")) {
                _ = try await Vault.unlock(store, with: text, now: VaultFile.now)
            }
            return withExtendedLifetime(unwritable) {}
        }
        let reader = try await Vault.unlock(store, with: text, now: VaultFile.now)
        let entry = try #require(try await reader.inspect(CredentialPath("main/entry-0")))
        #expect(entry.use.text(16) == String(repeating: "v", count: 40) && entry.issue == nil)
        try await reader.record(AuditRecord(at: VaultFile.now(), action: .read, paths: ["main/entry-0"]))
        // What a reader leaves is a write, too.
        await #expect(throws: VaultError(.unreadable, "")) {
            try await reader.leaveWish(.refresh, for: entry, tokenVersion: 1, validFor: nil, reason: "")
        }
        withExtendedLifetime(unwritable) {}
    }

    @Test func `a name with signs that mean something in an address is a name`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a?immutable=0#b%20c.db")
        let store = try SQLiteStore.create(path)
        let row = try BareRow.make()
        try await store.write(.synced) { try $0.insert(row) }
        try store.seal()
        let unwritable = try UnwritableFolder(folder.path)
        #expect(try await SQLiteStore.open(path).read { try $0.row(id: row.id) } == row)
        withExtendedLifetime(unwritable) {}
    }
}
