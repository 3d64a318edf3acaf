// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import Foundation
import GRDB
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// A reader's seed has leaked and the file lies open: SQL and the reader's keys, and none of our checks.
@Suite struct LeakedReaderTests {
    /// The field of the issue tier that says where a secret is sent.
    private static let host: UInt16 = 55
    /// The field of the use tier that readers are shown.
    private static let shown: UInt16 = 16

    /// The file, a reader whose keys are at hand, and everybody who is to be misled.
    private struct World {
        let file: VaultFile
        let issuer: IdentityText
        let other: IdentityText
        let reader: Identity
        let space: UnlockedSpace
        let path: CredentialPath
        /// The row as it is, and as it was before the newest write.
        let real: EntryRow
        let older: EntryRow
        let neighbour: EntryRow

        init() async throws {
            file = try await VaultFile()
            let owner = try await file.unlock()
            func join(_ name: String, _ role: Role) async throws -> IdentityText {
                let identity = try Identity.generate()
                return try await owner.addMember(identity.publicIdentity, name: name, role: role, spaces: ["main"])
                    .accepted(by: identity)
            }
            issuer = try await join("cron", .issuer)
            other = try await join("agent", .reader)
            let leaked = try await join("ci", .reader)
            reader = leaked.identity
            let vault = try await Vault.unlock(SQLiteStore.open(file.path), with: issuer, now: VaultFile.now)
            var draft = try VaultFile.draft(0)
            path = draft.path
            draft.issue.set(LeakedReaderTests.host, text: "old.example")
            let first = try #require(try await vault.commit(WriteBatch(.put, drafts: [draft])).first)
            let store = try SQLiteStore.open(file.path)
            older = try #require(try await store.read { try $0.row(id: first.id) })
            var next = try EntryDraft(replacing: first)
            next.issue.set(LeakedReaderTests.host, text: "new.example")
            _ = try await vault.commit(WriteBatch(.put, drafts: [next]))
            real = try #require(try await store.read { try $0.row(id: first.id) })
            let beside = try #require(try await vault.commit(WriteBatch(.put, drafts: [VaultFile.draft(1)])).first)
            neighbour = try #require(try await store.read { try $0.row(id: beside.id) })
            let state = try await Vault.unlock(store, with: leaked, now: VaultFile.now).state
            space = try #require(state.spaces["main"])
        }

        func open(_ text: IdentityText) async throws -> Vault {
            try await Vault.unlock(SQLiteStore.open(file.path), with: text, now: VaultFile.now)
        }

        /// Changes the file past the program.
        func sql(_ sql: String, _ arguments: StatementArguments) throws {
            let queue = try DatabaseQueue(path: file.path)
            try queue.write { database in
                try database.execute(sql: sql, arguments: arguments)
                #expect(database.changesCount == 1)
            }
            try queue.close()
        }

        /// Puts a row in the place of the one with its id.
        func put(_ row: EntryRow) throws {
            try sql(
                """
                UPDATE entry SET lookup = ?, version = ?, generation = ?, use_box = ?, issue_box = ?, signature = ?
                WHERE id = ?
                """,
                [
                    Data(row.lookup.bytes), Int64(row.version), Int64(row.generation), Data(row.useBox),
                    row.issueBox.map { Data($0) }, Data(row.signature.bytes), Data(row.id.bytes),
                ])
        }

        /// Seals fields as a box of the entry with the one key that a reader has.
        func box(_ fields: FieldTable, _ tier: Tier) throws -> [UInt8] {
            var whole = fields
            whole.set(EntrySealing.Tag.path, text: path.description)
            whole.set(EntrySealing.Tag.kind, integer: Int64(real.kind.rawValue))
            return try whole.encoded().withExposedBytes {
                try space.current.useBox.seal($0, associatedData: LeakedReaderTests.data(tier, real, space))
            }
        }

        /// Everybody refuses the row, and goes on as before once it is gone.
        func expectRefused(_ row: EntryRow, _ comment: Comment) async throws {
            try put(row)
            for text in [file.text, issuer, other] {
                let vault = try await open(text)
                await #expect(throws: VaultError.damaged, comment) { _ = try await vault.inspect(path) }
                await #expect(throws: VaultError.damaged, comment) { _ = try await vault.inspect(real.id) }
            }
            #expect(try await !open(file.text).verify().isSound, comment)
            try put(real)
            #expect(try await open(issuer).inspect(path)?.issue?.text(LeakedReaderTests.host) == "new.example", comment)
        }
    }

    private static func data(_ tier: Tier, _ row: EntryRow, _ space: UnlockedSpace) -> [UInt8] {
        var data = CanonicalWriter(Labels.box)
        data.fixed(space.vaultID.bytes)
        data.fixed(space.id.bytes)
        data.integer(tier.rawValue)
        data.integer(row.generation)
        data.fixed(row.id.bytes)
        data.integer(row.version)
        data.fixed(row.lookup.bytes)
        return data.bytes
    }

    @Test func `no issue box in the file opens with what a reader can unwrap from it`() async throws {
        let world = try await World()
        let queue = try DatabaseQueue(path: world.file.path)
        let manifests = try await queue.read { try Data.fetchAll($0, sql: "SELECT body FROM manifest ORDER BY epoch") }
        try queue.close()
        // Everything that is wrapped to it in any manifest there ever was: a use key, and no more.
        var unwrapped: [Int] = []
        for bytes in manifests {
            for space in try SignedManifest(decoding: [UInt8](bytes)).claimedManifest.spaces {
                unwrapped += (space.generations.flatMap(\.wraps) + space.traceWraps)
                    .compactMap { try? world.reader.encryption.unwrap($0.box).byteCount }
            }
        }
        let header = KeyWrapping.header(
            vaultID: world.space.vaultID, spaceID: world.space.id, scope: .generation, generation: 1, role: .reader)
        #expect(unwrapped == [header.count + 32])
        #expect(world.space.current.issue == nil)
        #expect(world.space.trace == nil)
        let keys = world.space.current
        for row in [world.real, world.older, world.neighbour] {
            let issue = try #require(row.issueBox)
            for tier in [Tier.use, .issue] {
                let data = Self.data(tier, row, world.space)
                #expect((try? keys.useBox.open(issue, associatedData: data).byteCount) == nil)
            }
            // The attack is made in the right way: the use box does open.
            #expect(try keys.useBox.open(row.useBox, associatedData: Self.data(.use, row, world.space)).byteCount > 0)
        }
    }

    @Test func `a row that a reader seals and signs is refused by everybody`() async throws {
        let world = try await World()
        var fields = FieldTable()
        fields.set(Self.shown, text: "forged")
        var forged = world.real
        forged.useBox = try world.box(fields, .use)
        try await world.expectRefused(forged, "with the signature of the real one")
        forged.signature = try world.reader.signing.sign(EntryRow.signedMessage(forged.hash(in: world.space.vaultID)))
        try await world.expectRefused(forged, "with the reader's own signature")
        forged.generation = 2
        try await world.expectRefused(forged, "of a generation that there is not")
        forged = world.real
        forged.version += 1
        try await world.expectRefused(forged, "as a version that nobody wrote")
    }

    /// Where a secret is sent stands in the issue box.
    @Test func `a reader can't change in the file where a secret is sent`() async throws {
        let world = try await World()
        var fields = FieldTable()
        fields.set(Self.host, text: "evil.example")
        var forged = world.real
        for (box, comment) in [
            (try world.box(fields, .issue), "an issue box under the use key"),
            (world.older.issueBox, "an earlier version's"),
            (world.neighbour.issueBox, "another entry's"), (world.real.useBox, "the use box"), (nil, "none"),
        ] as [([UInt8]?, Comment)] {
            forged.issueBox = box
            try await world.expectRefused(forged, comment)
        }
        // Another entry's row at this path, whole.
        forged = world.neighbour
        forged.id = world.real.id
        forged.lookup = world.real.lookup
        try await world.expectRefused(forged, "another entry's row")
    }

    @Test func `an older row that a reader puts back and vouches for is not confirmed`() async throws {
        let world = try await World()
        let older = world.older
        let heads = try await SQLiteStore.open(world.file.path).read { try $0.heads() }
        let event = try AuditEvent(
            AuditRecord(at: VaultFile.now(), action: .put, paths: []), after: nil, by: world.reader, owners: [],
            bindings: [
                AuditBinding(
                    entryID: older.id, version: older.version, rowHash: older.hash(in: world.space.vaultID))
            ], fingerprints: [], heads: heads)
        let signer = Data(event.signer.bytes)
        try world.put(older)
        try world.sql(
            "INSERT INTO audit (signer, sequence, hash, body) VALUES (?, 1, ?, ?)",
            [signer, Data(event.hash.bytes), Data(event.encoded)])
        try world.sql("DELETE FROM audit_binding WHERE entry = ? AND version = 2", [Data(older.id.bytes)])
        let issuer = Data(world.issuer.identity.publicIdentity.signingKey.bytes)
        for (signer, comment) in [(signer, "by the reader's event"), (issuer, "by the issuer's own, older event")]
            as [(Data, Comment)]
        {
            try world.sql(
                "UPDATE audit_binding SET signer = ?, sequence = 1 WHERE entry = ? AND version = 1",
                [signer, Data(older.id.bytes)])
            for text in [world.file.text, world.issuer] {
                let vault = try await world.open(text)
                let seen = try #require(try await vault.inspect(world.path))
                #expect(seen.issue?.text(Self.host) == "old.example")
                await #expect(throws: VaultError.damaged, comment) { try await vault.confirmNewest(seen) }
            }
            let findings = try await world.open(world.file.text).verify().findings
            #expect(findings.contains { $0.place == "entry \(world.path)" && $0.severity == .damaged }, comment)
        }
    }

    @Test func `a manifest that a reader signs lets nobody in and raises nobody`() async throws {
        let world = try await World()
        let newest = try await SQLiteStore.open(world.file.path).read { try $0.manifests(from: $0.newestEpoch()) }
        let stored = try #require(newest.first)
        let present = try SignedManifest(decoding: stored).claimedManifest
        let place = try #require(present.members.firstIndex { $0.identity == world.reader.publicIdentity })
        var raised = try present.successor(at: 7)
        raised.members[place].isOwner = true
        let next = try SignedManifest(signing: raised, by: world.reader).encoded
        var swapped = present
        swapped.members[place].isOwner = true
        let edited = try SignedManifest(signing: swapped, by: world.reader).encoded
        let epoch = Int64(present.epoch)
        func expectRefused(_ comment: Comment) async {
            for text in [world.file.text, world.issuer, world.other] {
                await #expect(throws: VaultError.damaged, comment) { _ = try await world.open(text) }
            }
        }
        try world.sql("INSERT INTO manifest (epoch, body) VALUES (?, ?)", [epoch + 1, Data(next)])
        await expectRefused("a next one")
        try world.sql("DELETE FROM manifest WHERE epoch = ?", [epoch + 1])
        #expect(try await world.open(world.issuer).inspect(world.path) != nil)
        try world.sql("UPDATE manifest SET body = ? WHERE epoch = ?", [Data(edited), epoch])
        await expectRefused("in the place of the newest")
    }
}
