// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// A transaction over a copy of what a ``MemoryStore`` holds.
final class MemoryTransaction: StoreWriting {
    var contents: MemoryStore.Contents
    /// Whether others must hear of it.
    var changesContents = false
    /// Whether a wish was left.
    var leavesWish = false
    static let conflict = VaultError(.conflict, "another process changed this in between; try again")

    private let store: MemoryStore

    init(_ contents: MemoryStore.Contents, of store: MemoryStore) {
        self.contents = contents
        self.store = store
    }

    // MARK: - Reading

    func heldLocks() throws -> [LockPlace] { try store.heldLocks() }

    func vaultID() throws -> VaultID {
        guard let first = contents.manifests.min(by: { $0.key < $1.key }) else { throw VaultError.damaged }
        return try SignedManifest(decoding: first.value).claimedVaultID
    }

    func newestEpoch() throws -> UInt64 { contents.manifests.keys.max() ?? 0 }

    func manifests(from epoch: UInt64) throws -> [[UInt8]] {
        contents.manifests.filter { $0.key >= epoch }.sorted { $0.key < $1.key }.map(\.value)
    }

    func row(space: SpaceID, lookup: Digest) throws -> EntryRow? {
        contents.entries.values.first { $0.spaceID == space && $0.lookup == lookup }
    }

    func row(id: EntryID) throws -> EntryRow? { contents.entries[id] }

    func rows(space: SpaceID) throws -> [EntryRow] { contents.entries.values.filter { $0.spaceID == space } }

    func rows(space: SpaceID, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        let later = try rows(space: space).filter { $0.id.isAfter(id) }
        return Array(later.sorted { $1.id.isAfter($0.id) }.prefix(max(limit, 0)))
    }

    func rows(space: SpaceID, olderThan generation: UInt32, after id: EntryID?, limit: Int) throws -> [EntryRow] {
        let older = try rows(space: space, after: id, limit: .max).filter { $0.generation < generation }
        return Array(older.prefix(max(limit, 0)))
    }

    func oldestGeneration(space: SpaceID) throws -> UInt32? {
        let journals = contents.journals.values.flatMap(\.values).filter { $0.spaceID == space }
        return (try rows(space: space).map(\.generation) + journals.map(\.generation)).min()
    }

    func entryCount(space: SpaceID) throws -> Int { try rows(space: space).count }

    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow] {
        let due = try rows(space: space).filter { $0.dueAt.map { $0 <= instant } ?? false }
        let sorted = due.sorted { left, right in
            left.dueAt == right.dueAt ? right.id.isAfter(left.id) : (left.dueAt ?? 0) < (right.dueAt ?? 0)
        }
        return Array(sorted.prefix(max(limit, 0)))
    }

    func due(space: SpaceID, by instant: Int64, limit: Int) throws -> [(id: EntryID, at: Int64)] {
        try rows(space: space, dueBy: instant, limit: limit).compactMap { row in row.dueAt.map { (row.id, $0) } }
    }

    func nextDue(space: SpaceID, after instant: Int64) throws -> Int64? {
        try rows(space: space).compactMap(\.dueAt).filter { $0 > instant }.min()
    }

    func head(of signer: SigningPublicKey) throws -> AuditHead? {
        contents.audit[signer]?.max { $0.key < $1.key }
            .map { AuditHead(signer: signer, sequence: $0.key, hash: $0.value.hash) }
    }

    func heads() throws -> [AuditHead] { try contents.audit.keys.compactMap(head(of:)) }

    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        let events = contents.audit[signer, default: [:]].filter { $0.key >= sequence }
        return Array(events.sorted { $0.key < $1.key }.prefix(max(limit, 0)).map(\.value.bytes))
    }

    func newestWrite(of id: EntryID) throws -> [UInt8]? {
        contents.writes[id]?.max { $0.key < $1.key }.flatMap {
            contents.audit[$0.value.signer]?[$0.value.sequence]?.bytes
        }
    }

    // MARK: - Writing

    func insertManifest(_ bytes: [UInt8], epoch: UInt64) throws {
        changesContents = true
        guard contents.manifests.updateValue(bytes, forKey: epoch) == nil else {
            throw VaultError(.exists, "the vault has a manifest of this epoch already")
        }
    }

    func insert(_ row: EntryRow) throws {
        changesContents = true
        guard contents.entries[row.id] == nil, try self.row(space: row.spaceID, lookup: row.lookup) == nil else {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        contents.entries[row.id] = row
    }

    func replace(_ row: EntryRow, expecting version: UInt64) throws {
        changesContents = true
        guard contents.entries[row.id]?.version == version else { throw Self.conflict }
        if let other = try self.row(space: row.spaceID, lookup: row.lookup), other.id != row.id {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        contents.entries[row.id] = row
    }

    func remove(_ id: EntryID, expecting version: UInt64) throws {
        changesContents = true
        guard contents.entries[id]?.version == version else { throw Self.conflict }
        contents.entries[id] = nil
    }

    func exchange(_ row: EntryRow, for old: EntryRow) throws -> Bool {
        guard row.id == old.id, row.version == old.version else { throw Self.conflict }
        guard let stored = contents.entries[old.id], stored.version == old.version,
            stored.generation == old.generation, stored.signature == old.signature
        else { return false }
        if let other = try self.row(space: row.spaceID, lookup: row.lookup), other.id != row.id {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        changesContents = true
        contents.entries[row.id] = row
        return true
    }

    func append(_ event: AuditEvent) throws {
        guard
            contents.audit[event.signer, default: [:]]
                .updateValue((event.hash, event.encoded), forKey: event.sequence) == nil
        else { throw Self.conflict }
        for binding in event.bindings {
            contents.writes[binding.entryID, default: [:]][binding.version] = (event.signer, event.sequence)
        }
    }

    func bind(_ binding: StoredBinding) throws {
        contents.writes[binding.entryID, default: [:]][binding.version] = (binding.signer, binding.sequence)
    }
}

extension EntryID {
    /// Whether it comes after another in the order of the bytes; everything comes after none.
    fileprivate func isAfter(_ other: EntryID?) -> Bool {
        other.map { $0.bytes.lexicographicallyPrecedes(bytes) } ?? true
    }
}
