// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation
import GRDB

extension Fixture {
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
        try HotJournal.write(of: folder + "/old.db", to: folder + "/hot-journal")
        let reader = try await refresh(path, text, bundle: folder + "/bundle.db")
        await copy("mid")
        try await gather(path)
        try await change(path, text, reader)
        await copy("wal")
        try await gather(path)
        await copy("vault")
    }

    private static func unlock(_ path: String, _ text: IdentityText) async throws -> Vault {
        try await Vault.unlock(try SQLiteStore.open(path), with: text, now: { now })
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
        let vault = try await unlock(path, text)
        for space in spaces.keys.sorted() where space != "main" { _ = try await vault.addSpace(space) }
        for (space, accounts) in spaces.sorted(by: <) {
            _ = try await vault.commit(WriteBatch(.addApp, drafts: [app(try CredentialPath("\(space)/crm"))]))
            var drafts: [EntryDraft] = []
            for account in 0..<accounts {
                drafts.append(connection(try CredentialPath("\(space)/crm/account-\(account)"), 1))
            }
            _ = try await vault.commit(WriteBatch(.connect, drafts: drafts))
            for name in space == "main" ? ["npm-token", "hook"] : ["npm-token"] {
                var use = FieldTable()
                use.set(16, text: made(up: "secret-\(name)", 4))
                _ = try await vault.commit(
                    WriteBatch(
                        .put, drafts: [EntryDraft(try CredentialPath("\(space)/\(name)"), kind: .secret, use: use)]))
            }
        }
    }

    /// What happens to a vault in use, first part: a new generation, refreshes, a rotation, reading, a passphrase box, a
    /// reader and its bundle.
    ///
    /// - Returns: the reader.
    private static func refresh(_ path: String, _ text: IdentityText, bundle: String) async throws -> IdentityText {
        let store = try SQLiteStore.open(path)
        let vault = try await Vault.unlock(store, with: text, now: { now })
        _ = try await vault.beginGeneration(of: "main")
        for account in 0..<2 {
            let path = try CredentialPath("main/crm/account-\(account)")
            guard let entry = try await vault.inspect(path) else { throw Unusable("no \(path)") }
            var draft = try EntryDraft(replacing: entry)
            let next = connection(path, 2)
            draft.use = next.use
            draft.issue = next.issue
            draft.traced = next.traced + [TracedSecret(refreshToken(path, 1), tier: .issue, field: 48, change: .spent)]
            _ = try await vault.commit(WriteBatch(.endRefresh, drafts: [draft]))
        }
        for index in UInt32(0)..<2 {
            try await vault.appendJournal(
                Array(#"{"event":"resumed","at":1,"by":"\#(index)"}"#.utf8), to: rotation, at: index,
                for: CredentialPath("main/crm"), reason: "r")
        }
        try await vault.record(AuditRecord(at: now, action: .handOut, paths: ["main/crm/account-1"]))
        let box = try PassphraseBox(sealing: text, under: Secret("made up"), cost: .insecureLeast).encoded
        let signer = text.identity.publicIdentity.signingKey
        try await store.write(.synced) { try $0.keep(StoredPassphraseBox(signer: signer, body: box)) }
        let reader = try Identity.generate()
        let invitation = try await vault.addMember(
            reader.publicIdentity, name: "reader", role: .reader, spaces: ["main"])
        let invited = IdentityText(identity: reader, pin: invitation.pin)
        try await collect(from: bundle, of: invited, vault)
        return invited
    }

    /// A bundle is made, read from twice, and its events come home.
    private static func collect(from path: String, of reader: IdentityText, _ vault: Vault) async throws {
        guard let entry = try await vault.inspect(try CredentialPath("main/npm-token")) else {
            throw Unusable("no secret")
        }
        let draft = try await vault.makeBundle(
            for: "reader", entries: [entry], expiresAt: now + 86400, allowsUnauditedReading: false)
        let store = try SQLiteStore.create(path)
        try await draft.write(to: store)
        let bundle = try await Vault.unlock(store, with: reader, now: { now })
        for _ in 0..<2 {
            try await bundle.record(AuditRecord(at: now, action: .handOut, paths: ["main/npm-token"]))
        }
        _ = try await vault.collect(store, named: "bundle", reason: "r")
    }

    /// Second part, what stays in the log: a removal, and a reader's wish.
    private static func change(_ path: String, _ text: IdentityText, _ reader: IdentityText) async throws {
        do {
            let vault = try await unlock(path, text)
            guard let gone = try await vault.inspect(try CredentialPath("main/hook")) else { throw Unusable("no hook") }
            _ = try await vault.commit(WriteBatch(.remove, removals: [gone]))
        }
        let vault = try await unlock(path, reader)
        guard let wanted = try await vault.inspect(try CredentialPath("main/crm/account-1")) else {
            throw Unusable("no account")
        }
        try await vault.leaveWish(.refresh, for: wanted, tokenVersion: 2, validFor: .seconds(600), reason: "r")
    }
}
