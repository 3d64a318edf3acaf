// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension ChainWalk {
    /// Events that are read at once; an event of a bulk write may have some 100 KB.
    private static let pageLength = 64

    /// The next event of a chain that is the one that was signed for its place; nil at the end.
    mutating func peek(_ chain: Int, _ reader: any StoreReading) throws -> (event: AuditEvent, hash: Digest)? {
        if let next = chains[chain].next { return next }
        while chains[chain].end < chains[chain].goal {
            if chains[chain].page.isEmpty { try turnPage(chain, reader) }
            let end = chains[chain].end
            guard let place = chains[chain].page.popFirst() else { return nil }
            // Nobody has written so many: the number is somebody's work, and nothing can follow it.
            guard place.sequence > end, place.sequence < UInt64(Int64.max) else {
                found(.unreadable, chain, place.sequence)
                chains[chain].page = []
                return nil
            }
            if place.sequence > end + 1 {
                found(.missing, chain, end + 1, through: place.sequence - 1)
                chains[chain].previous = nil
            }
            chains[chain].end = place.sequence
            if let event = judge(place, chain) {
                chains[chain].next = event
                return event
            }
        }
        return nil
    }

    private mutating func turnPage(_ chain: Int, _ reader: any StoreReading) throws {
        let page = try reader.storedEvents(
            of: chains[chain].signer.key, from: chains[chain].end + 1, limit: Self.pageLength
        ).map(WalkedChain.Place.init)
        chains[chain].isVouched = depth != .everything && chains[chain].vouches(for: page)
        chains[chain].page = page[...]
    }

    /// Judges what lies in one place; the event if it is the one that was signed for it.
    private mutating func judge(_ place: WalkedChain.Place, _ chain: Int) -> (event: AuditEvent, hash: Digest)? {
        let signer = chains[chain].signer
        let expected = chains[chain].previous
        chains[chain].previous = nil
        guard let (event, hash) = place.event else {
            found(.unreadable, chain, place.sequence)
            return nil
        }
        guard event.signer == signer.key else {
            found(.foreign, chain, place.sequence)
            return nil
        }
        guard chains[chain].isVouched || (try? event.verifySignature()) != nil else {
            found(.edited, chain, place.sequence)
            return nil
        }
        guard event.sequence == place.sequence else {
            found(.moved(from: event.sequence), chain, place.sequence)
            return nil
        }
        if let expected, event.previous != expected { found(.unlinked, chain, place.sequence) }
        if place.indexed != hash { found(.misindexed, chain, place.sequence) }
        switch signer.standing {
        case .member, .bundle: break
        case .departed: if !signer.counts(event.sequence) { found(.afterRemoval, chain, place.sequence) }
        case .unknown: found(.stranger, chain, place.sequence)
        }
        chains[chain].previous = hash
        return (event, hash)
    }

    mutating func found(_ kind: ChainFinding.Kind, _ chain: Int, _ first: UInt64, through last: UInt64? = nil) {
        let signer = chains[chain].signer
        // Fingerprints, and hashes beside events, say nothing of what was written last; a stranger may sign what he likes, and
        // whoever may not write in a space is not heard there.
        let saysNothing = [.unindexed, .beyondRole, .misindexed].contains(kind)
        if !saysNothing, signer.isWitness, signer.counts(first) { broken.insert(chain) }
        findings.add(ChainFinding(kind, of: signer, at: first, through: last))
    }
}
