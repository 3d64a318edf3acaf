// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// A reader's seed has leaked, and the store lies open: everything that its keys can be used for, without our program.
@Suite struct ReaderAttackTests {
    /// An app whose host stands in the issue tier; the reader's keys; an issuer who is to be misled.
    private struct World {
        static let host: UInt16 = 32

        let house: Household
        let reader: Identity
        let keys: SpaceKeys
        let space: UnlockedSpace
        let issuer: Vault
        let entry: Entry
        /// The row as it stood before the present version.
        let older: EntryRow

        init() async throws {
            house = try await Household()
            let text = try await house.join("ci", .reader)
            reader = text.identity
            issuer = try await house.unlock(house.join("cron", .issuer))
            space = try #require(try await house.unlock(text).state.spaces["main"])
            keys = space.current
            var draft = try Sample.draft("main/app/acme")
            draft.issue.set(Self.host, text: "old.example")
            let first = try await issuer.put(draft)
            older = try #require(house.store.tamper { $0.entries[first.id] })
            var next = try EntryDraft(replacing: first)
            next.issue.set(Self.host, text: "new.example")
            entry = try await issuer.put(next)
        }

        func row() throws -> EntryRow { try #require(house.store.tamper { $0.entries[entry.id] }) }

        func data(_ tier: Tier, _ row: EntryRow) -> [UInt8] {
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

        /// Seals fields into a box of the use key: what a reader can do without the vault.
        func box(_ fields: FieldTable, _ tier: Tier, of row: EntryRow) throws -> [UInt8] {
            var whole = fields
            whole.set(EntrySealing.Tag.path, text: entry.path.description)
            whole.set(EntrySealing.Tag.kind, integer: Int64(row.kind.rawValue))
            return try whole.encoded().withExposedBytes {
                try keys.useBox.seal($0, associatedData: data(tier, row))
            }
        }

        /// The issuer refuses a row in the place of the real one.
        func expectRefused(_ row: EntryRow, _ comment: Comment) async {
            house.store.tamper { $0.entries[row.id] = row }
            await #expect(throws: VaultError.damaged, comment) { _ = try await issuer.inspect(entry.path) }
            await #expect(throws: VaultError.damaged, comment) { _ = try await issuer.inspect(entry.id) }
        }
    }

    @Test func `no issue box opens with a reader's keys`() async throws {
        let world = try await World()
        let row = try world.row()
        let issue = try #require(row.issueBox)
        #expect(world.keys.issue == nil)
        #expect(world.space.trace == nil)
        for tier in [Tier.use, .issue] {
            #expect((try? world.keys.useBox.open(issue, associatedData: world.data(tier, row)).byteCount) == nil)
        }
        // The attack is made in the right way: the use box does open.
        #expect(try world.keys.useBox.open(row.useBox, associatedData: world.data(.use, row)).byteCount > 0)
        // Nor does any wrap but the reader's own, which holds the use key and no more.
        let manifest = try Manifest(decoding: world.house.newest().manifestBytes)
        let opened = manifest.spaces.flatMap { $0.generations.flatMap(\.wraps) + $0.traceWraps }
            .compactMap { try? world.reader.encryption.unwrap($0.box).byteCount }
        let header = KeyWrapping.header(
            vaultID: manifest.vaultID, spaceID: world.space.id, scope: .generation, generation: 1, role: .reader)
        #expect(opened == [header.count + 32])
    }

    @Test func `a row that a reader seals and signs is refused`() async throws {
        let world = try await World()
        var forged = try world.row()
        var fields = world.entry.use
        fields.set(16, text: "forged")
        forged.useBox = try world.box(fields, .use, of: forged)
        await world.expectRefused(forged, "with the signature of the real one")
        let hash = forged.hash(in: world.space.vaultID)
        forged.signature = try world.reader.signing.sign(EntryRow.signedMessage(hash))
        await world.expectRefused(forged, "with the reader's own signature")
        // As another generation's row, whose signing key the reader would have made up.
        forged.generation = 2
        await world.expectRefused(forged, "of a generation that there is not")
        // A reader refuses it as well.
        forged.generation = 1
        let planted = forged
        world.house.store.tamper { $0.entries[planted.id] = planted }
        await #expect(throws: VaultError.damaged) { _ = try await world.house.owner.inspect(planted.id) }
    }

    /// Where a secret is sent stands in the issue tier: whatever a reader puts there, an issuer does not act on it.
    @Test func `a reader can't change where a secret is sent`() async throws {
        let world = try await World()
        let real = try world.row()
        var fields = FieldTable()
        fields.set(World.host, text: "evil.example")
        var forged = real
        forged.issueBox = try world.box(fields, .issue, of: real)
        await world.expectRefused(forged, "an issue box under the use key")
        forged.issueBox = world.older.issueBox
        await world.expectRefused(forged, "the issue box of an earlier version")
        forged.issueBox = nil
        await world.expectRefused(forged, "no issue box")
        let other = try await world.issuer.put(Sample.draft("main/app/other", refresh: "other"))
        forged.issueBox = try #require(world.house.store.tamper { $0.entries[other.id] }).issueBox
        await world.expectRefused(forged, "the issue box of another entry")
        // What a reader may show differently to other readers moves nothing: the host is read from the issue tier.
        world.house.store.tamper { $0.entries[real.id] = real }
        #expect(try await world.issuer.inspect(world.entry.path)?.issue?.text(World.host) == "new.example")
    }

    @Test func `a reader can't have an older row taken for the newest`() async throws {
        let world = try await World()
        let older = world.older
        let hash = older.hash(in: world.space.vaultID)
        let heads = world.house.store.tamper { contents in
            contents.audit.compactMap { signer, events in
                events.max { $0.key < $1.key }.map { AuditHead(signer: signer, sequence: $0.key, hash: $0.value.hash) }
            }
        }
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .put, paths: []), after: nil, by: world.reader, owners: [],
            bindings: [AuditBinding(entryID: older.id, version: older.version, rowHash: hash)], fingerprints: [],
            heads: heads)
        world.house.store.tamper { contents in
            contents.entries[older.id] = older
            contents.audit[event.signer] = [1: (event.hash, event.encoded)]
            contents.writes[older.id] = [older.version: (event.signer, 1)]
        }
        let seen = try #require(try await world.issuer.inspect(world.entry.path))
        #expect(seen.issue?.text(World.host) == "old.example")
        await #expect(throws: VaultError.damaged) { try await world.issuer.confirmNewest(seen) }
        // Nor with the index led back to the issuer's own older event.
        let issuer = world.issuer.identity.publicIdentity.signingKey
        world.house.store.tamper { $0.writes[older.id] = [1: (issuer, 1)] }
        await #expect(throws: VaultError.damaged) { try await world.issuer.confirmNewest(seen) }
    }

    @Test func `a reader's journal row and spill are refused`() async throws {
        let world = try await World()
        let id = EntryID.random()
        let data = JournalRow.associatedData(world.space.vaultID, world.space.id, id, 0, 1)
        let box = try [UInt8](#"{"step":"done"}"#.utf8).withUnsafeBytes {
            try world.keys.useBox.seal($0, associatedData: data)
        }
        var row = JournalRow(
            id: id, index: 0, spaceID: world.space.id, generation: 1, box: box,
            signature: try Signature([UInt8](repeating: 0, count: 64)))
        let hash = row.hash(in: world.space.vaultID)
        row.signature = try world.reader.signing.sign(JournalRow.signedMessage(hash))
        let event = try AuditEvent(
            AuditRecord(at: Sample.instant, action: .rotate, paths: []), after: nil, by: world.reader, owners: [],
            bindings: [AuditBinding(entryID: id, version: 1, rowHash: hash)], fingerprints: [], heads: [])
        let planted = row
        world.house.store.tamper { contents in
            contents.journals[id] = [0: planted]
            contents.journalOrder.append(id)
            contents.audit[event.signer] = [1: (event.hash, event.encoded)]
            contents.writes[id] = [1: (event.signer, 1)]
        }
        await #expect(throws: VaultError.damaged) { _ = try await world.issuer.journal(of: id, in: "main") }
        var writer = CanonicalWriter()
        writer.integer(UInt32(1))
        writer.variable(box)
        try world.house.store.spill.keep(writer.bytes, for: world.entry.id, version: world.entry.version)
        #expect(throws: VaultError.damaged) { try world.issuer.spilled(for: world.entry) }
    }
}
