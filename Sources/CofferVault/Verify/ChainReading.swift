// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// A walk over the chains that keeps, for each id, what was last written.
struct ChainReading: Sendable {
    private(set) var walk: ChainWalk
    private(set) var newest = NewestBindings()
    private(set) var fingerprints = KeptFingerprints()
    private(set) var eventCount = 0
    /// Of the bindings that were read, how many the store's index names.
    private(set) var indexedCount = 0

    init(_ depth: ChainWalk.Depth) {
        walk = ChainWalk(depth)
    }

    /// Whether the chains of all who may write anywhere are whole.
    var isTrustworthy: Bool { walk.broken.isEmpty }

    /// Whether the chains of all who may write in a space are whole, so that what was written there last can be told.
    func isTrustworthy(in space: SpaceID) -> Bool { brokenNames(in: space).isEmpty }

    /// Whose chains are not whole, of those who may write in a space.
    func brokenNames(in space: SpaceID) -> [String] {
        walk.broken.map { walk.chains[$0].signer }.filter { $0.mayWrite(in: space) }.map(\.name).sorted()
    }

    /// The newest binding of an id that lies in a space, by somebody who may write there.
    func binding(of id: EntryID, in space: SpaceID) -> NewestBindings.Binding? {
        newest.binding(of: id) { walk.chains[Int($0)].signer.mayWrite(in: space) }
    }

    /// Who wrote a binding.
    func writer(of binding: NewestBindings.Binding) -> ChainSigner { walk.chains[Int(binding.chain)].signer }

    mutating func markSeen(_ id: EntryID) { newest.markSeen(id) }

    /// Reads on to what the store's chains end with now, in one go.
    mutating func finish(_ state: VaultState, _ reader: any StoreReading) throws {
        // A run that is under way ends where the chains ended when it began.
        if walk.isUnderway { _ = try advance(state, reader, atMost: .max) }
        _ = try advance(state, reader, atMost: .max)
    }

    /// Reads some events further.
    ///
    /// - Returns: whether the ends that the chains had when this run began are reached.
    mutating func advance(_ state: VaultState, _ reader: any StoreReading, atMost limit: Int) throws -> Bool {
        try walk.begin(state, reader)
        for _ in 0..<limit {
            guard let step = try walk.next(reader) else { return true }
            try take(step, reader)
        }
        return false
    }

    /// Compares the chains of departed members with what the manifests which removed them name.
    mutating func compareWithBounds(_ reader: any StoreReading) throws { try walk.compareWithBounds(reader) }

    private mutating func take(_ step: ChainWalk.Step, _ reader: any StoreReading) throws {
        eventCount += 1
        let event = step.event
        if step.counts, walk.chains[step.chain].signer.isWitness {
            for binding in event.bindings {
                newest.take(
                    binding, chain: Int32(step.chain), sequence: event.sequence,
                    sameSpaces: { walk.chains[Int($0)].signer.writesLike(walk.chains[Int($1)].signer) })
            }
        }
        guard walk.depth == .everything else { return }
        // A reader signs events, too, and could have a good token taken for a spent one.
        if step.counts {
            let signer = walk.chains[step.chain].signer
            for kept in event.fingerprints where signer.mayWrite(in: kept.spaceID) { fingerprints.take(kept) }
        }
        for binding in event.bindings {
            let indexed = try reader.binding(of: binding.entryID, version: binding.version)
            if indexed?.signer == event.signer, indexed?.sequence == event.sequence { indexedCount += 1 }
        }
    }
}
