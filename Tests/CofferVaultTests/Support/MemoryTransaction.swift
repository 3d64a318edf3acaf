// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault

/// A transaction over a copy of what a ``MemoryStore`` holds.
final class MemoryTransaction: StoreWriting {
    private(set) var contents: MemoryStore.Contents
    private static let conflict = VaultError(.conflict, "another process changed this in between; try again")

    init(_ contents: MemoryStore.Contents) {
        self.contents = contents
    }

    // MARK: - Reading

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

    func rows(space: SpaceID, dueBy instant: Int64, limit: Int) throws -> [EntryRow] {
        let due = try rows(space: space).filter { $0.dueAt.map { $0 <= instant } ?? false }
        return Array(due.sorted { ($0.dueAt ?? 0) < ($1.dueAt ?? 0) }.prefix(limit))
    }

    func head(of signer: SigningPublicKey) throws -> AuditHead? {
        contents.audit[signer]?.max { $0.key < $1.key }
            .map { AuditHead(signer: signer, sequence: $0.key, hash: $0.value.hash) }
    }

    func heads() throws -> [AuditHead] { try contents.audit.keys.compactMap(head(of:)) }

    func events(of signer: SigningPublicKey, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        let events = contents.audit[signer, default: [:]].filter { $0.key >= sequence }
        return Array(events.sorted { $0.key < $1.key }.prefix(limit).map(\.value.bytes))
    }

    func newestWrite(of id: EntryID) throws -> [UInt8]? {
        contents.writes[id]?.max { $0.key < $1.key }.flatMap {
            contents.audit[$0.value.signer]?[$0.value.sequence]?.bytes
        }
    }

    func fingerprint(space: SpaceID, tag: Digest) throws -> StoredFingerprint? {
        contents.fingerprints[.init(spaceID: space, tag: tag)]
    }

    func journal(of id: EntryID) throws -> [JournalRow] {
        contents.journals[id, default: [:]].sorted { $0.key < $1.key }.map(\.value)
    }

    func journals(space: SpaceID) throws -> [EntryID] {
        contents.journalOrder.filter { contents.journals[$0]?[0]?.spaceID == space }
    }

    // MARK: - Writing

    func insertManifest(_ bytes: [UInt8], epoch: UInt64) throws {
        guard contents.manifests.updateValue(bytes, forKey: epoch) == nil else {
            throw VaultError(.exists, "the vault has a manifest of this epoch already")
        }
    }

    func insert(_ row: EntryRow) throws {
        guard contents.entries[row.id] == nil, try self.row(space: row.spaceID, lookup: row.lookup) == nil else {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        contents.entries[row.id] = row
    }

    func replace(_ row: EntryRow, expecting version: UInt64) throws {
        guard contents.entries[row.id]?.version == version else { throw Self.conflict }
        if let other = try self.row(space: row.spaceID, lookup: row.lookup), other.id != row.id {
            throw VaultError(.exists, "there is an entry at this path already")
        }
        contents.entries[row.id] = row
    }

    func remove(_ id: EntryID, expecting version: UInt64) throws {
        guard contents.entries[id]?.version == version else { throw Self.conflict }
        contents.entries[id] = nil
    }

    func append(_ event: AuditEvent) throws {
        guard
            contents.audit[event.signer, default: [:]]
                .updateValue((event.hash, event.encoded), forKey: event.sequence) == nil
        else { throw Self.conflict }
        for binding in event.bindings {
            guard
                contents.writes[binding.entryID, default: [:]]
                    .updateValue((event.signer, event.sequence), forKey: binding.version) == nil
            else { throw Self.conflict }
        }
    }

    func keep(_ fingerprint: StoredFingerprint) throws {
        let key = MemoryStore.FingerprintKey(spaceID: fingerprint.spaceID, tag: fingerprint.tag)
        let known = contents.fingerprints[key]
        guard known == nil || fingerprint.isSpent else { return }
        let kept = known ?? fingerprint
        contents.fingerprints[key] = StoredFingerprint(
            spaceID: kept.spaceID, tag: kept.tag, entryID: kept.entryID, field: kept.field, tier: kept.tier,
            isSpent: fingerprint.isSpent)
    }

    func append(_ row: JournalRow) throws {
        guard contents.journals[row.id, default: [:]].updateValue(row, forKey: row.index) == nil else {
            throw Self.conflict
        }
        if row.index == 0 { contents.journalOrder.append(row.id) }
    }
}
