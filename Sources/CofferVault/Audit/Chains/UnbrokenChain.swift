// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// How far a chain reaches from its first event without a break.
///
/// Each event names the number and the hash of the one before, so the last one that its identity signed vouches for all of
/// them. One behind a gap does not: whoever signed it may have kept back what belongs into the gap, and may bring it whenever
/// it suits him. So what counts of a chain is told from its beginning and never from its end.
struct UnbrokenChain: Sendable {
    /// Events that are read at once; an event of a bulk write may have some 100 KB.
    private static let pageLength = 64

    /// The last event that follows on the first without a break, whether or not its own signature is good.
    private var linked: AuditHead
    /// The last of those whose own signature is good; number 0 for none.
    private var signed: AuditHead

    /// Whose chain it is.
    var signer: SigningPublicKey { linked.signer }

    /// The last event up to which the chain is what its identity signed; nil if not even the first is.
    var last: AuditHead? { signed.sequence == 0 ? nil : signed }

    /// Sets out at the beginning of a chain.
    init(of signer: SigningPublicKey) {
        linked = AuditHead(signer: signer, sequence: 0, hash: .zero)
        signed = linked
    }

    /// Goes on from where it was, to the chain's end or to where it breaks off.
    ///
    /// The store's index is not signed, and the hash beside an event is not looked at.
    ///
    /// - Throws: what the store throws; a chain that is broken is no error.
    mutating func follow(_ reader: any StoreReading) throws {
        // A number from the store must not make the addition trap; nobody has written so many.
        while linked.sequence < UInt64(Int64.max) - 1 {
            let page = try reader.storedEvents(of: signer, from: linked.sequence + 1, limit: Self.pageLength)
            guard !page.isEmpty else { return }
            let run = follow(page)
            if let last = run.last(where: { (try? $0.verifySignature()) != nil }) { signed = last.head }
            guard run.count == page.count else { return }
        }
    }

    /// The events of a page that follow on without a break.
    private mutating func follow(_ page: [StoredEvent]) -> [AuditEvent] {
        var run: [AuditEvent] = []
        for place in page {
            guard let event = try? AuditEvent(decoding: place.bytes), event.follows(linked),
                place.sequence == event.sequence
            else { break }
            linked = event.head
            run.append(event)
        }
        return run
    }

    /// Whether something lies in the chain behind ``last``, which does not count.
    func isBroken(in reader: any StoreReading) throws -> Bool {
        try !reader.storedEvents(of: signer, from: signed.sequence + 1, limit: 1).isEmpty
    }
}
