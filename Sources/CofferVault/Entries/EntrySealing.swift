// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

/// Turns drafts into rows and rows into entries.
///
/// A row is refused unless its signature, its boxes, the lookup hash that was asked for, the kind and
/// the name inside all agree: a box can't be moved to another row, tier, version, space or path.
struct EntrySealing {
    /// The fields that every box holds besides the entry's own: its path and its kind.
    enum Tag {
        static let path: UInt16 = 1
        static let kind: UInt16 = 2
        /// The first tag an entry's own fields may use.
        static let firstOwn: UInt16 = 16
    }

    let space: UnlockedSpace

    // MARK: - Sealing

    func seal(_ draft: EntryDraft, id: EntryID, version: UInt64) throws(VaultError) -> EntryRow {
        guard let issueKeys = space.current.issue else {
            throw VaultError(.notPermitted, "this identity may read but not write in space \(space.name)")
        }
        let keys = space.current
        let lookup = try space.lookup(draft.path.description, in: keys)
        do {
            let useBox = try seal(draft.use, draft, keys.useBox, .use, id, version, lookup)
            let issueBox =
                draft.issue.tags.isEmpty
                ? nil : try seal(draft.issue, draft, issueKeys.box, .issue, id, version, lookup)
            var row = EntryRow(
                id: id, spaceID: space.id, lookup: lookup, kind: draft.kind, version: version,
                generation: keys.generation, useBox: useBox, issueBox: issueBox,
                dueAt: draft.dueAt?.millisecondsSince1970, state: draft.state,
                signature: try Signature([UInt8](repeating: 0, count: Signature.byteCount)))
            row.signature = try issueKeys.signing.sign(EntryRow.signedMessage(row.hash(in: space.vaultID)))
            return row
        } catch {
            throw VaultError(.damaged, "the entry could not be sealed")
        }
    }

    private func seal(
        _ fields: FieldTable, _ draft: EntryDraft, _ key: borrowing SecretKey<Sealing>, _ tier: Tier, _ id: EntryID,
        _ version: UInt64, _ lookup: Digest
    ) throws(CryptoError) -> [UInt8] {
        precondition(fields.tags.allSatisfy { $0 >= Tag.firstOwn }, "the first tags are the vault's")
        var whole = fields
        whole.set(Tag.path, text: draft.path.description)
        whole.set(Tag.kind, integer: Int64(draft.kind.rawValue))
        let data = associatedData(tier, space.current.generation, id, version, lookup)
        return try whole.encoded().withExposedBytes { (bytes) throws(CryptoError) in
            try key.seal(bytes, associatedData: data)
        }
    }

    // MARK: - Opening

    /// Opens a row; `path` is what was asked for, nil where a list is read.
    func open(_ row: EntryRow, asked path: CredentialPath?) throws(VaultError) -> Entry {
        guard row.spaceID == space.id,
            let keys = space.generations.first(where: { $0.generation == row.generation })
        else { throw .damaged }
        let hash = row.hash(in: space.vaultID)
        do {
            try keys.signingPublicKey.verify(row.signature, of: EntryRow.signedMessage(hash))
        } catch {
            throw .damaged
        }
        var use = try open(row.useBox, keys.useBox, .use, row)
        let named = try removeName(from: &use, row)
        guard try space.lookup(named.description, in: keys) == row.lookup else { throw .damaged }
        if let path, path != named { throw .damaged }
        var issue: FieldTable?
        if let issueKeys = keys.issue {
            var fields = FieldTable()
            if let box = row.issueBox {
                fields = try open(box, issueKeys.box, .issue, row)
                guard try removeName(from: &fields, row) == named else { throw .damaged }
            }
            issue = fields
        }
        return Entry(
            id: row.id, path: named, kind: row.kind, version: row.version, use: use, issue: issue,
            dueAt: row.dueAt.map(Date.init(millisecondsSince1970:)), state: row.state, rowHash: hash)
    }

    func open(
        _ box: [UInt8], _ key: borrowing SecretKey<Sealing>, _ tier: Tier, _ row: EntryRow
    ) throws(VaultError) -> FieldTable {
        let data = associatedData(tier, row.generation, row.id, row.version, row.lookup)
        do {
            // Not into guarded memory: the values in it become secrets of the same kind right away, and taking and giving
            // back a guarded block costs more than opening the box.
            let opened = try Secret(byteCount: max(box.count - SecretKey<Sealing>.overheadByteCount, 0)) {
                (target: UnsafeMutableRawBufferPointer) throws(CryptoError) -> Int in
                try key.open(box, associatedData: data, into: target)
                return target.count
            }
            return try opened.withExposedBytes { try FieldTable(decoding: $0) }
        } catch {
            throw .damaged
        }
    }

    func removeName(from fields: inout FieldTable, _ row: EntryRow) throws(VaultError) -> CredentialPath {
        guard let text = fields.text(Tag.path), let path = try? CredentialPath(text), path.space == space.name,
            fields.integer(Tag.kind) == Int64(row.kind.rawValue)
        else { throw .damaged }
        fields[Tag.path] = nil
        fields[Tag.kind] = nil
        return path
    }

    func associatedData(
        _ tier: Tier, _ generation: UInt32, _ id: EntryID, _ version: UInt64, _ lookup: Digest
    ) -> [UInt8] {
        var writer = CanonicalWriter(Labels.box)
        writer.fixed(space.vaultID.bytes)
        writer.fixed(space.id.bytes)
        writer.integer(tier.rawValue)
        writer.integer(generation)
        writer.fixed(id.bytes)
        writer.integer(version)
        writer.fixed(lookup.bytes)
        return writer.bytes
    }
}
