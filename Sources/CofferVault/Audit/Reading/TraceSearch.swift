// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Collects, during a walk over the chains, the writes that touched entries in which a string stands or stood.
struct TraceSearch {
    private struct Tag: Hashable {
        let spaceID: SpaceID
        let tag: Digest
    }

    /// What the table said.
    private let known: [StoredFingerprint]
    private let tags: Set<Tag>
    /// The entries whose writes are collected.
    private var entries: Set<EntryID>
    /// Entries that the events name and that were not collected.
    private var more: Set<EntryID> = []
    private var writes: [EntryID: [AuditEvent]] = [:]

    init(_ known: [StoredFingerprint]) {
        self.known = known
        tags = Set(known.map { Tag(spaceID: $0.spaceID, tag: $0.tag) })
        entries = Set(known.map(\.entryID))
    }

    /// Whether the string is unknown.
    var isEmpty: Bool { known.isEmpty }

    /// Whether another walk is needed.
    var hasFoundMore: Bool { !more.isEmpty }

    /// Begins a walk.
    mutating func begin() {
        entries.formUnion(more)
        more = []
        writes = [:]
    }

    /// Looks at an event.
    mutating func visit(_ event: AuditEvent, in manifest: Manifest) {
        var touched = Set(event.bindings.map(\.entryID)).intersection(entries)
        for fingerprint in event.fingerprints {
            let isWanted = tags.contains(Tag(spaceID: fingerprint.spaceID, tag: fingerprint.tag))
            guard isWanted || entries.contains(fingerprint.entryID) else { continue }
            // A reader signs events, too, and can copy a fingerprint that it has seen.
            guard manifest.writer(event.signer, at: event.sequence, in: fingerprint.spaceID) ?? .reader > .reader
            else { continue }
            if isWanted, !entries.contains(fingerprint.entryID) { more.insert(fingerprint.entryID) }
            touched.insert(fingerprint.entryID)
        }
        for entry in touched { writes[entry, default: []].append(event) }
    }

    // MARK: - Lives

    /// The lives of the string, the entries in the order of the spaces' names.
    func lives(in state: VaultState, _ reader: any StoreReading) throws -> [TracedLife] {
        var lives: [TracedLife] = []
        for space in state.spaces.values.sorted(by: { $0.name < $1.name }) {
            for fingerprint in known where fingerprint.spaceID == space.id {
                for entry in entries.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                    let kind = try? reader.row(id: entry)?.kind
                    lives += self.lives(of: fingerprint, in: entry, kind, space.name)
                }
            }
        }
        return lives
    }

    private func lives(
        of fingerprint: StoredFingerprint, in entry: EntryID, _ kind: EntryKind?, _ spaceName: String
    ) -> [TracedLife] {
        // Versions count the writes of an entry. What changes fingerprints alone comes last.
        let ordered = writes[entry, default: []].sorted { Self.version($0, entry) < Self.version($1, entry) }
        var open: [UInt16: AuditEvent] = [:]
        var lives: [TracedLife] = []
        var isSpent = false
        func end(_ field: UInt16, by event: AuditEvent) {
            guard let stored = open.removeValue(forKey: field) else { return }
            lives.append(
                TracedLife(
                    spaceName: spaceName, entryID: entry, kind: kind, field: field, tier: fingerprint.tier,
                    stored: stored, ended: event, isSpent: isSpent))
        }
        for event in ordered {
            let changes = event.fingerprints.filter {
                $0.entryID == entry && $0.spaceID == fingerprint.spaceID && $0.tier == fingerprint.tier
            }
            if changes.contains(where: { $0.tag == fingerprint.tag && $0.isSpent }) {
                isSpent = true
                for field in open.keys.sorted() { end(field, by: event) }
            }
            for change in changes where !change.isSpent {
                if change.tag == fingerprint.tag {
                    // A value that was put back is there again; a refresh token that was spent stays so.
                    if fingerprint.tier == .use { isSpent = false }
                    if open[change.field] == nil { open[change.field] = event }
                } else {
                    end(change.field, by: event)
                }
            }
            if event.bindings.contains(where: { $0.entryID == entry && $0.rowHash == .zero }) {
                for field in open.keys.sorted() { end(field, by: event) }
            }
        }
        for (field, stored) in open.sorted(by: { $0.key < $1.key }) {
            lives.append(
                TracedLife(
                    spaceName: spaceName, entryID: entry, kind: kind, field: field, tier: fingerprint.tier,
                    stored: stored, ended: nil, isSpent: isSpent))
        }
        guard lives.isEmpty, entry == fingerprint.entryID else { return lives }
        // The event that stored it is gone: the table alone remembers.
        return [
            TracedLife(
                spaceName: spaceName, entryID: entry, kind: kind, field: fingerprint.field, tier: fingerprint.tier,
                stored: nil, ended: nil, isSpent: fingerprint.isSpent)
        ]
    }

    private static func version(_ event: AuditEvent, _ entry: EntryID) -> UInt64 {
        event.bindings.first { $0.entryID == entry }?.version ?? .max
    }
}
