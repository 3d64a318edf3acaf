// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation
import GRDB

/// A vault of some 100 KB, in three shots: as it was in the middle (`old.db`), with its last writes still in the log
/// (`wal.db`, `wal.db-wal`, `wal.db-shm`), and whole in one file (`vault.db`).
struct Fixture: Sendable {
    /// What the vault takes for the present.
    static let now = Date(timeIntervalSince1970: 1_790_000_000)
    /// How many accounts each space has.
    static let accounts = 2

    let folder: String
    let identity: IdentityText
    let whole: Data
    let logged: Data
    let log: Data
    let index: Data

    var path: String { folder + "/vault.db" }
    /// Where the record lies of what a client has seen of the vault.
    var seen: SeenPlace { SeenPlace(folder: folder + "/seen", warn: { _ in }) }
    var oldPath: String { folder + "/old.db" }

    /// Loads what ``make(in:)`` left.
    init(loading folder: String) throws {
        func file(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")) }
        self.folder = folder
        identity = try IdentityText(reading: Secret(bytes: try file("identity")))
        whole = try file("vault.db")
        logged = try file("wal.db")
        log = try file("wal.db-wal")
        index = try file("wal.db-shm")
    }

    /// Makes the vault.
    ///
    /// At `copy NAME` the caller copies the files and answers: a process that has the file open must not open
    /// it a second time by itself.
    static func make(in folder: String) async throws {
        let path = folder + "/live.db"
        let owner = try Identity.generate()
        let pin: Pin
        do {
            let store = try SQLiteStore.create(path)
            pin = try await Vault.create(in: store, owner: owner, now: { now })
        }
        let text = IdentityText(identity: owner, pin: pin)
        try text.written().withExposedBytes { try Data($0).write(to: URL(fileURLWithPath: folder + "/identity")) }
        try await fill(path, text)
        try await gather(path)
        await copy("old")
        try await refresh(try await Vault.unlock(try SQLiteStore.open(path), with: text, now: { now }))
        try await gather(path)
        do {
            let store = try SQLiteStore.open(path)
            let vault = try await Vault.unlock(store, with: text, now: { now })
            let box = try PassphraseBox(sealing: text, under: Secret("made up"), cost: .insecureLeast).encoded
            try await change(vault, store, owner.publicIdentity.signingKey, box)
            await copy("wal")
        }
        try await gather(path)
        await copy("vault")
    }

    /// Everything into the main file.
    private static func gather(_ path: String) async throws {
        let queue = try DatabaseQueue(path: path)
        try await queue.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        try queue.close()
    }

    private static func copy(_ name: String) async {
        print("copy", name)
        fflush(nil)
        _ = readLine()
    }

    private static func fill(_ path: String, _ text: IdentityText) async throws {
        let vault = try await Vault.unlock(try SQLiteStore.open(path), with: text, now: { now })
        for space in spaces.dropFirst() { _ = try await vault.addSpace(space) }
        for space in spaces {
            _ = try await vault.commit(WriteBatch(.addApp, drafts: [app(try CredentialPath("\(space)/crm"))]))
            var drafts: [EntryDraft] = []
            for account in 0..<accounts {
                drafts.append(connection(try CredentialPath("\(space)/crm/account-\(account)"), 1))
            }
            _ = try await vault.commit(WriteBatch(.connect, drafts: drafts))
            for name in ["npm-token", "hook"] {
                var use = FieldTable()
                use.set(16, text: made(up: "secret-\(name)", 20))
                _ = try await vault.commit(
                    WriteBatch(
                        .put, drafts: [EntryDraft(try CredentialPath("\(space)/\(name)"), kind: .secret, use: use)]))
            }
        }
    }

    /// What happens to a vault in use, first part: a new generation, refreshes.
    private static func refresh(_ vault: Vault) async throws {
        _ = try await vault.beginGeneration(of: "main")
        for account in 0..<accounts {
            let path = try CredentialPath("main/crm/account-\(account)")
            guard let entry = try await vault.inspect(path) else { throw Unusable("no \(path)") }
            var draft = try EntryDraft(replacing: entry)
            let next = connection(path, 2)
            draft.use = next.use
            draft.issue = next.issue
            draft.traced = next.traced + [TracedSecret(refreshToken(path, 1), tier: .issue, field: 48, change: .spent)]
            _ = try await vault.commit(WriteBatch(.endRefresh, drafts: [draft]))
        }
    }

    /// Second part, what stays in the log: a rotation, reading, a removal, a wish, a passphrase box.
    private static func change(_ vault: Vault, _ store: SQLiteStore, _ signer: SigningPublicKey, _ box: [UInt8])
        async throws
    {
        for index in UInt32(0)..<2 {
            try await vault.appendJournal(
                Array(#"{"event":"resumed","at":1,"by":"\#(index)"}"#.utf8), to: rotation, at: index,
                for: CredentialPath("main/crm"), reason: "r")
        }
        try await vault.record(AuditRecord(at: now, action: .handOut, paths: ["main/crm/account-1"]))
        guard let gone = try await vault.inspect(try CredentialPath("main/hook")) else { throw Unusable("no hook") }
        _ = try await vault.commit(WriteBatch(.remove, removals: [gone]))
        try await store.write(.synced) { transaction in
            try transaction.leave(StoredWish(entry: rotation, signer: signer, body: [UInt8](repeating: 1, count: 40)))
            try transaction.keep(StoredPassphraseBox(signer: signer, body: box))
        }
    }

    // MARK: - What is in it

    /// The spaces there are.
    static let spaces = ["main", "prod"]

    /// The rotation that has a journal.
    static let rotation = EntryID.made(of: 7)

    private static func made(up text: String, _ count: Int) -> String {
        String(repeating: "made-up-\(text)-", count: count)
    }

    static func refreshToken(_ path: CredentialPath, _ version: Int) -> Secret {
        Secret(made(up: "refresh-\(path)-\(version)", 50))
    }

    private static func app(_ path: CredentialPath) -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: "amocrm")
        use.set(19, integer: 0)
        var issue = FieldTable()
        issue.set(32, text: made(up: "description", 40))
        issue.set(33, text: "client")
        issue.set(34, text: made(up: "client-secret-\(path)", 2))
        return EntryDraft(path, kind: .app, use: use, issue: issue)
    }

    private static func connection(_ path: CredentialPath, _ version: Int) -> EntryDraft {
        var use = FieldTable()
        use.set(16, text: made(up: "access-\(path)-\(version)", 90))
        use.set(18, date: now + 86400)
        use.set(27, text: "active")
        var issue = FieldTable()
        issue[48] = refreshToken(path, version)
        return EntryDraft(
            path, kind: .connection, use: use, issue: issue, dueAt: now + Double(version), state: "active",
            traced: [TracedSecret(refreshToken(path, version), tier: .issue, field: 48)])
    }
}

extension EntryID {
    /// An id of one byte, repeated.
    static func made(of byte: UInt8) -> EntryID {
        do { return try EntryID([UInt8](repeating: byte, count: byteCount)) } catch { preconditionFailure("16 bytes") }
    }
}
