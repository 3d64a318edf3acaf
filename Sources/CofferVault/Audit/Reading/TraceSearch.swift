// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Follows, during a walk over the chains, the entries in which a string stands or stood.
///
/// The walk brings the writes of an entry in their order. Of the events none is kept but those that stored the string or ended it.
struct TraceSearch {
    private struct Tag: Hashable {
        let spaceID: SpaceID
        let tag: Digest
    }

    /// One form of the string in one entry.
    private struct Place: Hashable {
        /// Which of the fingerprints.
        let form: Int
        let entry: EntryID
    }

    /// What has become of it there, as far as the walk has come.
    private struct Story {
        /// The writes that stored it in the fields where it stands.
        var open: [UInt16: AuditEvent] = [:]
        var ended: [(field: UInt16, stored: AuditEvent, ended: AuditEvent, isSpent: Bool)] = []
        var isSpent = false

        mutating func end(_ field: UInt16, by event: AuditEvent) {
            guard let stored = open.removeValue(forKey: field) else { return }
            ended.append((field, stored, event, isSpent))
        }
    }

    /// What the table said.
    private let known: [StoredFingerprint]
    private let tags: Set<Tag>
    /// The entries that are followed.
    private var entries: Set<EntryID>
    /// Entries that the events name and that were not followed.
    private var more: Set<EntryID> = []
    private var stories: [Place: Story] = [:]

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
        stories = [:]
    }

    /// Looks at an event.
    mutating func visit(_ event: AuditEvent, in manifest: Manifest) {
        var touched = Set(event.bindings.lazy.map(\.entryID).filter(entries.contains))
        for fingerprint in event.fingerprints {
            let isWanted = tags.contains(Tag(spaceID: fingerprint.spaceID, tag: fingerprint.tag))
            guard isWanted || entries.contains(fingerprint.entryID) else { continue }
            // A reader signs events, too, and can copy a fingerprint that it has seen.
            guard manifest.writer(event.signer, at: event.sequence, in: fingerprint.spaceID) ?? .reader > .reader
            else { continue }
            if isWanted, !entries.contains(fingerprint.entryID) { more.insert(fingerprint.entryID) }
            touched.insert(fingerprint.entryID)
        }
        for entry in touched {
            for form in known.indices { follow(event, Place(form: form, entry: entry)) }
        }
    }

    private mutating func follow(_ event: AuditEvent, _ place: Place) {
        let fingerprint = known[place.form]
        var story = stories[place] ?? Story()
        let changes = event.fingerprints.filter {
            $0.entryID == place.entry && $0.spaceID == fingerprint.spaceID && $0.tier == fingerprint.tier
        }
        if changes.contains(where: { $0.tag == fingerprint.tag && $0.isSpent }) {
            story.isSpent = true
            for field in story.open.keys.sorted() { story.end(field, by: event) }
        }
        for change in changes where !change.isSpent {
            if change.tag == fingerprint.tag {
                // A value that was put back is there again; a refresh token that was spent stays so.
                if fingerprint.tier == .use { story.isSpent = false }
                if story.open[change.field] == nil { story.open[change.field] = event }
            } else {
                story.end(change.field, by: event)
            }
        }
        if event.bindings.contains(where: { $0.entryID == place.entry && $0.rowHash == .zero }) {
            for field in story.open.keys.sorted() { story.end(field, by: event) }
        }
        stories[place] = story
    }

    // MARK: - Lives

    /// The lives of the string, the entries in the order of the spaces' names.
    func lives(in state: VaultState, _ reader: any StoreReading) throws -> [TracedLife] {
        var lives: [TracedLife] = []
        for space in state.spaces.values.sorted(by: { $0.name < $1.name }) {
            for form in known.indices where known[form].spaceID == space.id {
                for entry in entries.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                    let kind = try? reader.row(id: entry)?.kind
                    lives += self.lives(Place(form: form, entry: entry), kind, space.name)
                }
            }
        }
        return lives
    }

    private func lives(_ place: Place, _ kind: EntryKind?, _ spaceName: String) -> [TracedLife] {
        let fingerprint = known[place.form]
        let story = stories[place] ?? Story()
        func life(_ field: UInt16, _ stored: AuditEvent?, _ ended: AuditEvent?, _ isSpent: Bool) -> TracedLife {
            TracedLife(
                spaceName: spaceName, entryID: place.entry, kind: kind, field: field, tier: fingerprint.tier,
                stored: stored, ended: ended, isSpent: isSpent)
        }
        let lives =
            story.ended.map { life($0.field, $0.stored, $0.ended, $0.isSpent) }
            + story.open.sorted { $0.key < $1.key }.map { life($0.key, $0.value, nil, story.isSpent) }
        guard lives.isEmpty, place.entry == fingerprint.entryID else { return lives }
        // The event that stored it is gone: the table alone remembers.
        return [life(fingerprint.field, nil, nil, fingerprint.isSpent)]
    }
}
