// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// A stretch of one identity's chain of events that was read, and found to hold together up to a good signature.
///
/// Of each event stays its hash, and of each id that was bound where that was last: 32 bytes an event and some 50 an id.
struct FollowedChain: Sendable {
    /// More events than a process meets between two refreshes of a connection; those before are read again if they are asked for.
    static let longest = 1 << 20

    /// Where the stretch begins; the head itself is not part of it.
    private(set) var start: AuditHead
    /// Where it ends.
    private(set) var end: AuditHead
    /// The hashes of the events in it.
    private var hashes: [NewestBindings.Words4] = []
    /// Where each id was bound last.
    private var last: [EntryID: UInt64] = [:]

    /// A stretch of no events.
    init(at head: AuditHead) {
        start = head
        end = head
    }

    /// Whether a head lies in it.
    func contains(_ head: AuditHead) -> Bool {
        if head == start || head == end { return true }
        guard head.sequence > start.sequence, head.sequence <= end.sequence else { return false }
        return hashes[Int(head.sequence - start.sequence) - 1] == NewestBindings.Words4(head.hash)
    }

    /// Whether an id was bound behind a head.
    func binds(_ id: EntryID, after head: AuditHead) -> Bool { (last[id] ?? 0) > head.sequence }

    /// Puts a stretch before this one that ends where this one starts.
    mutating func extend(back earlier: FollowedChain) {
        guard earlier.end == start else { return }
        start = earlier.start
        hashes = earlier.hashes + hashes
        last.merge(earlier.last) { later, _ in later }
    }

    /// Puts a stretch behind this one that starts where this one ends.
    mutating func extend(by later: FollowedChain) {
        guard later.start == end else { return }
        end = later.end
        hashes += later.hashes
        last.merge(later.last) { _, later in later }
    }

    /// Forgets the hashes of the older half if there are too many.
    mutating func trim() {
        guard hashes.count > Self.longest else { return }
        let dropped = hashes.count - Self.longest / 2
        guard let hash = try? Digest(hashes[dropped - 1].bytes) else { return }
        start = AuditHead(signer: end.signer, sequence: start.sequence + UInt64(dropped), hash: hash)
        hashes.removeFirst(dropped)
    }

    /// Goes on in the store's chain to its end, or to a number.
    ///
    /// - Returns: the last event, whose signature is still to be checked; nil if nothing came.
    /// - Throws: ``VaultError/damaged`` where an event does not follow the one before.
    mutating func follow(upTo limit: UInt64, _ reader: any StoreReading) throws -> AuditEvent? {
        var newest: AuditEvent?
        while end.sequence < limit {
            // Numbers come out of the store, and a hostile one must not make the addition trap.
            guard end.sequence < UInt64(Int64.max) else { throw VaultError.damaged }
            // A few at a time: a chain may be long and is not held in memory.
            let count = Int(min(limit - end.sequence, 256))
            let page = try reader.events(of: end.signer, from: end.sequence + 1, limit: count)
            for bytes in page { newest = try take(AuditEvent(decoding: bytes)) }
            if page.isEmpty { break }
        }
        return newest
    }

    private mutating func take(_ event: AuditEvent) throws -> AuditEvent {
        guard event.follows(end) else { throw VaultError.damaged }
        end = event.head
        for binding in event.bindings { last[binding.entryID] = event.sequence }
        hashes.append(NewestBindings.Words4(end.hash))
        return event
    }
}
