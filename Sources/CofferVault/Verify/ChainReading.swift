// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Reads every chain of events from its first event to its newest and keeps, for each id, what was last written.
///
/// The chains are read in the order in which their events happened: an issuer's event names the newest event of
/// every other chain, so those come first. Each chain is read a page at a time, and may be gone on with later, when it
/// has become longer. Nothing stops the reading: what is wrong is noted with its place.
struct ChainReading: Sendable {
    /// How much is checked.
    enum Depth: Sendable {
        /// The hashes, and the last signature of each chain, which vouches for all before it.
        case lastSignature
        /// Every signature, and the store's indexes too.
        case everything
    }

    /// One chain, as far as it has been read.
    struct Cursor: Sendable {
        var owner: ChainOwner
        /// The newest event that was read; its hash is what the next one must name.
        var last: AuditHead
        /// The key in the store of the last row that was read.
        var position: UInt64 = 0
        /// How far the chain goes in this run.
        var goal: UInt64 = 0
        /// Whether the store had nothing more although the goal was further.
        var isExhausted = false
        /// Whether the next event can be tied to the one before.
        var isTied = true
        /// Events that are damaged: that others name them differently is no news.
        var broken: Set<UInt64> = []
        var page: ArraySlice<StoredEvent> = []
        var next: AuditEvent?

        /// Whether there is something to read on.
        var isOpen: Bool { next != nil || !isExhausted && position < goal }
        var place: String { "chain of \(owner.name), after event \(last.sequence)" }
    }

    /// A chain that is being read because an event of another names it.
    private struct Demand: Sendable {
        let chain: Int
        let sequence: UInt64
    }

    /// Events that are fetched at once; an event of a bulk write may have some 30 KB.
    private static let pageLength = 64

    let depth: Depth
    private(set) var cursors: [Cursor] = []
    private var places: [SigningPublicKey: Int] = [:]
    private var demands: [Demand] = []
    private var isUnderway = false
    private(set) var newest = NewestBindings()
    private(set) var eventCount = 0
    /// Of the bindings that were read, how many the store's index names.
    private(set) var indexedCount = 0
    var list = FindingList()
    /// Whether the chains of all who may write are whole, so that what was written last can be told.
    private(set) var isTrustworthy = true
    private var missingChains: Set<SigningPublicKey> = []

    init(_ depth: Depth) {
        self.depth = depth
    }

    /// The newest binding of an id that lies in a space, by somebody who may write there.
    func binding(of id: EntryID, in space: SpaceID) -> NewestBindings.Binding? {
        newest.binding(of: id) { cursors[Int($0)].owner.spaces.contains(space) }
    }

    mutating func markSeen(_ id: EntryID) { newest.markSeen(id) }

    /// Reads on to what the store's chains end with now, in one go.
    mutating func finish(_ state: VaultState, _ reader: any StoreReading) throws {
        while isUnderway { _ = try advance(state, reader, atMost: .max) }
        _ = try advance(state, reader, atMost: .max)
    }

    /// Reads some events further.
    ///
    /// - Returns: whether the ends that the chains had when this run began are reached.
    mutating func advance(_ state: VaultState, _ reader: any StoreReading, atMost limit: Int) throws -> Bool {
        if !isUnderway { try begin(state.manifest, reader) }
        var left = limit
        while left > 0 {
            guard let chain = demands.last?.chain ?? nextChain() else {
                isUnderway = false
                return true
            }
            try step(chain, reader)
            left -= 1
        }
        return false
    }

    private mutating func begin(_ manifest: Manifest, _ reader: any StoreReading) throws {
        for index in cursors.indices { cursors[index].owner = ChainOwner(cursors[index].owner.signer, in: manifest) }
        for head in try reader.heads() {
            if let index = places[head.signer] {
                cursors[index].goal = max(cursors[index].goal, head.sequence)
                cursors[index].isExhausted = false
            } else {
                places[head.signer] = cursors.count
                let owner = ChainOwner(head.signer, in: manifest)
                cursors.append(
                    Cursor(
                        owner: owner, last: AuditHead(signer: head.signer, sequence: 0, hash: .zero),
                        goal: head.sequence))
            }
        }
        isUnderway = true
    }

    /// Writers first: what readers did is read where an event names it, or at the end.
    private func nextChain() -> Int? {
        let open = cursors.indices.filter { cursors[$0].isOpen }
        return open.first { !cursors[$0].owner.spaces.isEmpty } ?? open.first
    }

    // MARK: - One event

    private mutating func step(_ chain: Int, _ reader: any StoreReading) throws {
        guard let event = try peek(chain, reader) else {
            cursors[chain].isExhausted = true
            if demands.last?.chain == chain { demands.removeLast() }
            return
        }
        let owner = cursors[chain].owner
        let isHeard = owner.counts(event.sequence) && !owner.spaces.isEmpty
        if isHeard, let demand = demand(of: event) {
            demands.append(demand)
            return
        }
        if isHeard { try compareHeads(of: event, chain, reader) }
        try accept(event, chain, reader, isHeard: isHeard)
        if let demand = demands.last, demand.chain == chain, demand.sequence <= cursors[chain].last.sequence {
            demands.removeLast()
        }
    }

    /// The first chain that must be read further before an event of another.
    private func demand(of event: AuditEvent) -> Demand? {
        for head in event.heads {
            guard let other = places[head.signer] else { continue }
            let cursor = cursors[other]
            if cursor.last.sequence < head.sequence, cursor.isOpen,
                !demands.contains(where: { $0.chain == other })
            {
                return Demand(chain: other, sequence: head.sequence)
            }
        }
        return nil
    }

    /// The next event of a chain, decoded and tied to the one before; nil at the end.
    private mutating func peek(_ chain: Int, _ reader: any StoreReading) throws -> AuditEvent? {
        if let next = cursors[chain].next { return next }
        while true {
            if cursors[chain].page.isEmpty {
                guard cursors[chain].position < cursors[chain].goal else { return nil }
                cursors[chain].page =
                    try reader.storedEvents(
                        of: cursors[chain].owner.signer, from: cursors[chain].position + 1, limit: Self.pageLength)[...]
            }
            guard let stored = cursors[chain].page.popFirst(), stored.sequence > cursors[chain].position,
                stored.sequence <= UInt64(Int64.max)
            else { return nil }
            cursors[chain].position = stored.sequence
            if let event = check(stored, chain) {
                cursors[chain].next = event
                return event
            }
        }
    }

    private mutating func check(_ stored: StoredEvent, _ chain: Int) -> AuditEvent? {
        let cursor = cursors[chain]
        guard let event = try? AuditEvent(decoding: stored.bytes), event.signer == cursor.owner.signer,
            event.sequence == stored.sequence, event.sequence > cursor.last.sequence
        else {
            note(chain, "event \(stored.sequence) can't be read or belongs elsewhere")
            cursors[chain].isTied = false
            cursors[chain].broken.insert(stored.sequence)
            return nil
        }
        if event.sequence != cursor.last.sequence + 1 {
            if cursor.isTied {
                note(chain, "events \(cursor.last.sequence + 1) to \(event.sequence - 1) are missing")
            }
        } else if event.previous != cursor.last.hash {
            if cursor.isTied { note(chain, "event \(event.sequence) does not follow it: one of them was changed") }
        }
        if event.hash != stored.hash { note(chain, "the store's index has another hash of event \(event.sequence)") }
        let isLoose = event.sequence != cursor.last.sequence + 1 || event.previous != cursor.last.hash
        if depth == .everything || isLoose || event.sequence == cursor.goal {
            do { try event.verifySignature() } catch {
                note(chain, "the signature of event \(event.sequence) is wrong")
                cursors[chain].isTied = false
                cursors[chain].broken.insert(event.sequence)
                return nil
            }
        }
        cursors[chain].isTied = true
        return event
    }

    private mutating func accept(
        _ event: AuditEvent, _ chain: Int, _ reader: any StoreReading, isHeard: Bool
    ) throws {
        cursors[chain].next = nil
        cursors[chain].last = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
        eventCount += 1
        let owner = cursors[chain].owner
        if let last = owner.last, last.sequence == event.sequence, last.hash != event.hash {
            note(chain, "it is not the event that the removal of this member names")
        }
        if isHeard {
            for binding in event.bindings {
                newest.take(
                    binding, chain: Int32(chain), sequence: event.sequence,
                    sameSpaces: { cursors[Int($0)].owner.spaces == cursors[Int($1)].owner.spaces })
            }
        }
        guard depth == .everything else { return }
        if isHeard { try compareFingerprints(of: event, chain, reader) }
        for binding in event.bindings {
            let indexed = try reader.binding(of: binding.entryID, version: binding.version)
            if indexed?.signer == event.signer, indexed?.sequence == event.sequence { indexedCount += 1 }
        }
    }

    /// The table of fingerprints must have what an event kept or marked as spent.
    private mutating func compareFingerprints(
        of event: AuditEvent, _ chain: Int, _ reader: any StoreReading
    ) throws {
        for fingerprint in event.fingerprints {
            let stored = try reader.fingerprint(space: fingerprint.spaceID, tag: fingerprint.tag)
            if let stored, stored.isSpent || !fingerprint.isSpent { continue }
            list.add(
                .damaged, "fingerprint of entry \(fingerprint.entryID)",
                "event \(event.sequence) of \(cursors[chain].owner.name) "
                    + (fingerprint.isSpent
                        ? "marked a refresh token as spent, and the store does not say so" : "kept it, and it is gone"),
                remedy: Self.remedy)
        }
    }

    /// Compares the heads that an event names with the chains that were read.
    private mutating func compareHeads(of event: AuditEvent, _ chain: Int, _ reader: any StoreReading) throws {
        for head in event.heads {
            let witness = "event \(event.sequence) of \(cursors[chain].owner.name)"
            guard let other = places[head.signer] else {
                if missingChains.insert(head.signer).inserted {
                    isTrustworthy = false
                    list.add(
                        .damaged, "chain of an identity that \(witness) names",
                        "the chain is missing; it had \(head.sequence) events", remedy: Self.remedy)
                }
                continue
            }
            let cursor = cursors[other]
            if head.sequence > cursor.last.sequence {
                if missingChains.insert(head.signer).inserted {
                    note(other, "it was cut off: \(witness) names its event \(head.sequence)")
                }
            } else if !cursor.broken.contains(head.sequence), try hash(of: head, in: cursor, reader) != head.hash {
                note(other, "it was written anew: \(witness) names another event \(head.sequence)")
            }
        }
    }

    private func hash(of head: AuditHead, in cursor: Cursor, _ reader: any StoreReading) throws -> Digest? {
        if head.sequence == cursor.last.sequence { return cursor.last.hash }
        let stored = try reader.storedEvents(of: head.signer, from: head.sequence, limit: 1).first
        return stored.flatMap { $0.sequence == head.sequence ? try? AuditEvent(decoding: $0.bytes).hash : nil }
    }

    private static let remedy = "keep a copy of the vault as it is, then restore a backup"

    private mutating func note(_ chain: Int, _ what: String) {
        let owner = cursors[chain].owner
        guard owner.counts(cursors[chain].last.sequence + 1) else {
            // A stranger, or somebody who departed, may sign what he likes: it counts for nothing.
            return list.add(.warning, cursors[chain].place, what)
        }
        if !owner.spaces.isEmpty { isTrustworthy = false }
        list.add(.damaged, cursors[chain].place, what, remedy: Self.remedy)
    }
}
