// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Follows, during a walk over the chains, the entries in which a string stands or stood.
///
/// The events say where that is; the table of fingerprints is an index that anybody can cut who can write the file. The walk
/// brings the writes of an entry in their order. Of the events none is kept but those that stored the string or ended it.
struct TraceSearch {
    /// One form of the string in one space.
    struct Form: Hashable {
        /// The space.
        let spaceID: SpaceID
        /// The tier whose trace key made the tag.
        let tier: Tier
        /// Its fingerprint there.
        let tag: Digest
    }

    /// One form of the string in one entry.
    private struct Place: Hashable {
        /// Which of the forms.
        let form: Int
        let entry: EntryID
    }

    /// What has become of it there, as far as the walk has come.
    private struct Story {
        /// The writes that stored it in the fields where it stands.
        var open: [UInt16: AuditEvent] = [:]
        var ended: [(field: UInt16, stored: AuditEvent, ended: AuditEvent, isSpent: Bool)] = []
        var isSpent = false
        /// Where it was first marked as spent.
        var mark: (field: UInt16, event: AuditEvent)?

        mutating func end(_ field: UInt16, by event: AuditEvent) {
            guard let stored = open.removeValue(forKey: field) else { return }
            ended.append((field, stored, event, isSpent))
        }
    }

    private let forms: [Form]
    private let byTag: [Digest: [Int]]
    /// The forms that are followed in an entry.
    private var followed: [EntryID: Set<Int>] = [:]
    private var stories: [Place: Story] = [:]

    init(_ forms: [Form]) {
        self.forms = forms
        byTag = Dictionary(grouping: forms.indices) { forms[$0].tag }
    }

    /// Looks at an event that holds and counts.
    mutating func visit(_ event: AuditEvent, by signer: ChainSigner) {
        // A reader signs events, too: it can copy a fingerprint that it has seen, and name any entry.
        guard signer.isWitness else { return }
        for fingerprint in event.fingerprints {
            for form in byTag[fingerprint.tag] ?? []
            where forms[form].spaceID == fingerprint.spaceID && signer.mayWrite(in: fingerprint.spaceID) {
                followed[fingerprint.entryID, default: []].insert(form)
            }
        }
        guard !followed.isEmpty else { return }
        let touched = event.bindings.map(\.entryID) + event.fingerprints.map(\.entryID)
        for entry in Set(touched) {
            for form in followed[entry] ?? [] where signer.mayWrite(in: forms[form].spaceID) {
                follow(event, Place(form: form, entry: entry))
            }
        }
    }

    private mutating func follow(_ event: AuditEvent, _ place: Place) {
        let form = forms[place.form]
        var story = stories[place] ?? Story()
        let changes = event.fingerprints.filter {
            $0.entryID == place.entry && $0.spaceID == form.spaceID && $0.tier == form.tier
        }
        if let spent = changes.first(where: { $0.tag == form.tag && $0.isSpent }) {
            story.isSpent = true
            story.mark = story.mark ?? (spent.field, event)
            for field in story.open.keys.sorted() { story.end(field, by: event) }
        }
        for change in changes where !change.isSpent {
            if change.tag == form.tag {
                // A value that was put back is there again; a refresh token that was spent stays so.
                if form.tier == .use { story.isSpent = false }
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
        try livesOfForms(in: state, reader).map(\.life)
    }

    /// The lives with the number of the form that each is of, the entries in the order of the spaces' names.
    func livesOfForms(
        in state: VaultState, _ reader: any StoreReading
    ) throws -> [(form: Int, life: TracedLife)] {
        var entries: [Int: [EntryID]] = [:]
        for (entry, forms) in followed { for form in forms { entries[form, default: []].append(entry) } }
        var lives: [(form: Int, life: TracedLife)] = []
        for space in state.spaces.values.sorted(by: { $0.name < $1.name }) {
            for form in forms.indices where forms[form].spaceID == space.id {
                var found: [TracedLife] = []
                for entry in (entries[form] ?? []).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                    let kind = try? reader.row(id: entry)?.kind
                    found += self.lives(Place(form: form, entry: entry), kind, space.name)
                }
                if found.isEmpty, let life = try indexed(form, space.name, reader) { found = [life] }
                lives += found.map { (form, $0) }
            }
        }
        return lives
    }

    private func lives(_ place: Place, _ kind: EntryKind?, _ spaceName: String) -> [TracedLife] {
        let tier = forms[place.form].tier
        let story = stories[place] ?? Story()
        func life(_ field: UInt16, _ stored: AuditEvent?, _ ended: AuditEvent?, _ isSpent: Bool) -> TracedLife {
            TracedLife(
                spaceName: spaceName, entryID: place.entry, kind: kind, field: field, tier: tier, stored: stored,
                ended: ended, isSpent: isSpent)
        }
        let lives =
            story.ended.map { life($0.field, $0.stored, $0.ended, $0.isSpent) }
            + story.open.sorted { $0.key < $1.key }.map { life($0.key, $0.value, nil, story.isSpent) }
        // A restore marks tokens of which the copy knows nothing else.
        guard lives.isEmpty, let mark = story.mark else { return lives }
        return [life(mark.field, nil, mark.event, true)]
    }

    /// What the table alone remembers: no event tells of it.
    private func indexed(_ form: Int, _ spaceName: String, _ reader: any StoreReading) throws -> TracedLife? {
        let form = forms[form]
        do {
            guard let known = try reader.fingerprint(space: form.spaceID, tag: form.tag) else { return nil }
            return TracedLife(
                spaceName: spaceName, entryID: known.entryID, kind: try? reader.row(id: known.entryID)?.kind,
                field: known.field, tier: form.tier, stored: nil, ended: nil, isSpent: known.isSpent)
        } catch let error as VaultError where error.code == .damaged {
            // An index; what counts is what the events say.
            return nil
        }
    }
}
