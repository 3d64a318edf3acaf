// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation
import GRDB
import Testing

/// An issuer that is about to be removed signs writes in a copy of the vault and shows the owner only the last of its events:
/// were that one what counts of its chain, it could bring the writes whenever it likes.
@Suite struct RemovedIssuerTests {
    /// What the issuer keeps back.
    enum Loot: CaseIterable {
        /// A static secret at a path of its own.
        case newEntry
        /// Another value of a secret that the owner has put.
        case replacedSecret
        /// Another refresh token of a connection.
        case connection

        var path: String {
            switch self {
            case .newEntry: "main/s2"
            case .replacedSecret: "main/s1"
            case .connection: "main/c1"
            }
        }

        var draft: (String) throws -> EntryDraft {
            { value in
                var use = FieldTable()
                use.set(16, text: value)
                guard self == .connection else {
                    return EntryDraft(try CredentialPath(path), kind: .secret, use: use, issue: FieldTable())
                }
                var issue = FieldTable()
                issue.set(48, text: value)
                return EntryDraft(
                    try CredentialPath(path), kind: .connection, use: use, issue: issue, dueAt: VaultFile.now(),
                    state: "active")
            }
        }
    }

    /// The file, its owner, an issuer `ci` with one honest write, and a copy in which `ci` did two things more.
    private struct World {
        let file: VaultFile
        let copy: String
        let ci: Identity
        let honest: Entry
        let planted: Entry

        private var key: Data { Data(ci.publicIdentity.signingKey.bytes) }

        init(_ loot: Loot) async throws {
            file = try await VaultFile()
            copy = file.folder.file("copy.db")
            ci = try Identity.generate()
            let owner = try await file.unlock()
            if loot != .newEntry { _ = try await owner.commit(WriteBatch(.put, drafts: [loot.draft("good")])) }
            let text = try await owner.addMember(
                ci.publicIdentity, name: "ci", role: .issuer, spaces: ["main"]
            ).accepted(by: ci)
            let issuer = try await Vault.unlock(SQLiteStore.open(file.path), with: text, now: VaultFile.now)
            honest = try #require(
                try await issuer.commit(WriteBatch(.put, drafts: [try VaultFile.draft(0)])).first)
            try await SQLiteStore.open(file.path).copy(to: copy) { _ in }
            let attacker = try await Vault.unlock(SQLiteStore.open(copy), with: text, now: VaultFile.now)
            var draft = try loot.draft("evil")
            if let present = try await attacker.inspect(draft.path) {
                let fields = (draft.use, draft.issue)
                draft = try EntryDraft(replacing: present)
                (draft.use, draft.issue) = fields
            }
            planted = try #require(try await attacker.commit(WriteBatch(.put, drafts: [draft])).first)
            try await attacker.record(AuditRecord(at: VaultFile.now(), action: .list, paths: []))
        }

        /// Brings an event of the copy into the file, past the program.
        func bring(event: Int) throws {
            try bring("INSERT INTO audit SELECT * FROM copy.audit WHERE signer = ? AND sequence = ?", [key, event])
        }

        /// Brings the row that was kept back, and what leads to its event.
        func bringRow() throws {
            let id = Data(planted.id.bytes)
            try bring("INSERT OR REPLACE INTO entry SELECT * FROM copy.entry WHERE id = ?", [id])
            try bring(
                "INSERT OR REPLACE INTO audit_binding SELECT * FROM copy.audit_binding WHERE entry = ? AND signer = ?",
                [id, key])
        }

        private func bring(_ sql: String, _ arguments: StatementArguments) throws {
            let queue = try DatabaseQueue(path: file.path)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "ATTACH ? AS copy", arguments: [copy])
                try database.execute(sql: sql, arguments: arguments)
                #expect(database.changesCount == 1)
                try database.execute(sql: "DETACH copy")
            }
            try queue.close()
        }

        func stored() throws -> (generation: Int, version: Int)? {
            let queue = try DatabaseQueue(path: file.path)
            defer { try? queue.close() }
            return try queue.read { database in
                try Row.fetchOne(
                    database, sql: "SELECT generation, version FROM entry WHERE id = ?",
                    arguments: [Data(planted.id.bytes)]
                ).map { (generation: $0[0], version: $0[1]) }
            }
        }
    }

    @Test(arguments: Loot.allCases)
    func `what was kept back until after the removal counts for nobody`(loot: Loot) async throws {
        let world = try await World(loot)
        try world.bring(event: 3)
        let owner = try await world.file.unlock()
        let removal = try await owner.removeMember("ci")
        #expect(removal.brokenAfter == 1)
        #expect(try await owner.departedMembers().map(\.lastSequence) == [1])
        try world.bring(event: 2)
        try world.bringRow()

        // The attack is made in the right way: the row opens, under the generation that stands until a re-keying.
        let seen = try #require(try await owner.inspect(world.planted.path))
        #expect(seen.use.text(16) == "evil")
        await #expect(throws: VaultError.damaged) { try await owner.confirmNewest(seen) }
        let place = "entry \(loot.path)"
        #expect(try await owner.verify().findings.contains { $0.severity == .damaged && $0.place == place })
        let chains = try await owner.walkChains().findings.filter { $0.name == "ci" }
        #expect(chains.map { [$0.first, $0.last] } == [[2, 3]])
        #expect(chains.allSatisfy { $0.kind == .afterRemoval })

        // Nor is it sealed anew under keys that the issuer never had; everything else is.
        let report = try await owner.rekey()
        #expect(report.spaces.flatMap(\.damaged).map(\.place) == [place])
        #expect(!report.isFinished)
        #expect(try world.stored()?.generation == 1)
        // What the chain signed without a break before the removal counts as before.
        let honest = try #require(try await owner.inspect(world.honest.path))
        try await owner.confirmNewest(honest)
        // Whoever puts the entry again is rid of it.
        if loot != .newEntry {
            var draft = try EntryDraft(replacing: seen)
            draft.use.set(16, text: "good again")
            _ = try await owner.commit(WriteBatch(.put, drafts: [draft]))
        } else {
            _ = try await owner.commit(WriteBatch(.remove, removals: [seen]))
        }
        #expect(try await owner.rekey().isFinished)
    }

    /// The same writes, all of them there when the owner removes the issuer: they were made while it was one.
    @Test(arguments: Loot.allCases)
    func `what lay there without a gap before the removal counts`(loot: Loot) async throws {
        let world = try await World(loot)
        for event in [2, 3] { try world.bring(event: event) }
        try world.bringRow()
        let owner = try await world.file.unlock()
        let removal = try await owner.removeMember("ci")
        #expect(removal.brokenAfter == nil)
        #expect(try await owner.departedMembers().map(\.lastSequence) == [3])
        try await owner.confirmNewest(try #require(try await owner.inspect(world.planted.path)))
        #expect(try await owner.verify().isSound)
        #expect(try await owner.rekey().isFinished)
        #expect(try world.stored()?.generation == 2)
    }
}
