// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// One chain, as far as it has been walked.
struct WalkedChain: Sendable {
    /// What lies in one place, decoded.
    struct Place: Sendable {
        /// The number under which it lies.
        let sequence: UInt64
        /// The hash that the store's index gives it.
        let indexed: Digest?
        /// The event and its hash; nil if what lies there is none.
        let event: (event: AuditEvent, hash: Digest)?

        init(_ stored: StoredEvent) {
            sequence = stored.sequence
            indexed = stored.hash
            event = (try? AuditEvent(decoding: stored.bytes)).map { ($0, $0.hash) }
        }
    }

    /// Whose chain it is, and how much of it counts.
    var signer: ChainSigner
    /// The number of the last place that was looked at.
    var end: UInt64 = 0
    /// The newest event that holds, and its hash; number 0 for none.
    var last: AuditHead
    /// The hash that the next event must name; nil behind a place that is broken.
    var previous: Digest?
    /// How far the chain goes in this run.
    var goal: UInt64 = 0
    /// Whether nothing more can be read, although the goal may be further.
    var isExhausted = false
    /// How many events hold and count.
    var count: UInt64 = 0
    /// The last event of those that count and wrote something.
    var synced: UInt64 = 0
    /// What its events have seen of other chains.
    var seen: [SigningPublicKey: AuditHead] = [:]
    /// What was read and not looked at.
    var page: ArraySlice<Place> = []
    /// Whether one signature, the page's last, stands for all of it.
    var isVouched = false
    /// The event that was looked at and holds, until it is taken.
    var next: (event: AuditEvent, hash: Digest)?

    /// Begins a chain whose first event names `root` as its predecessor: zero in a vault, the bundle's in a bundle.
    init(_ signer: ChainSigner, from root: Digest) {
        self.signer = signer
        previous = root
        last = AuditHead(signer: signer.key, sequence: 0, hash: .zero)
    }

    /// The number of the last place that is done with: an event that waits for those it has seen is not.
    var done: UInt64 { next.map { $0.event.sequence - 1 } ?? end }

    /// Whether there is something to read on.
    var isOpen: Bool { next != nil || !isExhausted && end < goal }

    /// Whether one signature, the page's last, stands for all of it: then every event follows on the one before by number and
    /// hash.
    func vouches(for page: [Place]) -> Bool {
        guard var hash = previous else { return false }
        var number = end
        for place in page {
            guard let (event, own) = place.event, event.signer == signer.key, event.previous == hash,
                number < .max, event.sequence == number + 1, place.sequence == event.sequence
            else { return false }
            hash = own
            number += 1
        }
        return (try? page.last?.event?.event.verifySignature()) != nil
    }
}
