// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Reads every chain of a store from its first event to its last, and places what is wrong with it.
///
/// Three things tie the events: each one's signature, the hash of the one before, and the heads of the other chains that
/// issuers' and owners' events name. So an edit, a gap, an exchange and a cut are found in the chain itself or, where
/// its end or the whole of it is gone or was signed anew, by what others saw of it. What nobody saw leaves no trace: events at the
/// very end of everything, which only a client that has seen newer can miss.
///
/// The events come in the order in which they happened: what an issuer's or owner's event has seen comes before it. A
/// chain is read a page at a time, and may be gone on with in another transaction, when it has become longer.
struct ChainWalk: Sendable {
    /// How much is looked at.
    enum Depth: Sendable {
        /// The chains alone; one signature stands for the events that its own names, one by one.
        case links
        /// The table of fingerprints too.
        case fingerprints
        /// Every single signature too.
        case everything
    }

    /// An event that holds.
    struct Step: Sendable {
        /// The event.
        let event: AuditEvent
        /// The place of its chain among ``chains``.
        let chain: Int
        /// Whether it counts, as the manifest says.
        let counts: Bool
    }

    /// A chain that is being read because an event of another names it.
    private struct Demand: Sendable {
        let chain: Int
        let sequence: UInt64
    }

    let depth: Depth
    /// The chains of everybody that the manifest knows, and of whoever else has one.
    var chains: [WalkedChain] = []
    /// What is wrong, in the order it was met.
    var findings = ChainFindings()
    /// What was seen and is not so now.
    var sightings: [ChainSighting] = []
    /// The farthest event of each chain that a synced write of another covers.
    var covered: [SigningPublicKey: UInt64] = [:]
    /// What events say of bundles that came home; nil if nothing did, or their bodies can't be opened.
    var vouchers: BundleVouchers?
    /// The chains that are not whole, of those who may write somewhere: what was written there last can't be told.
    var broken: Set<Int> = []
    private(set) var places: [SigningPublicKey: Int] = [:]
    private var demands: [Demand] = []
    private var signers = KnownSigners()
    /// Whether the goals of a run are not reached yet.
    private(set) var isUnderway = false

    init(_ depth: Depth) {
        self.depth = depth
    }

    /// Walks all chains of one state of the store, and what came home from bundles.
    ///
    /// - Parameters:
    ///   - state: The manifest in force.
    ///   - reader: The store.
    ///   - remembered: What this machine has seen of the chains.
    ///   - visit: Gets each event that holds and counts, and whose it is.
    /// - Returns: the chains, and what is wrong with them.
    /// - Throws: what the store or `visit` throws; what is wrong with a chain is no error.
    static func run(
        _ state: VaultState, _ reader: any StoreReading, remembering remembered: SeenRecord? = nil,
        visit: (AuditEvent, ChainSigner) throws -> Void = { _, _ in }
    ) throws -> ChainReport {
        var walk = ChainWalk(.fingerprints)
        try walk.begin(state, reader)
        while let step = try walk.next(reader) {
            if step.counts { try visit(step.event, walk.chains[step.chain].signer) }
        }
        try walk.compareWithBounds(reader)
        if let remembered { try walk.recall(remembered, state.manifest, reader) }
        var report = walk.report
        report.append(try CollectedWalk.run(state, reader, walk.vouchers))
        return report
    }

    /// Sets out for the ends that the chains have now.
    mutating func begin(_ state: VaultState, _ reader: any StoreReading) throws {
        guard !isUnderway else { return }
        try signers.update(to: state, reader)
        for index in chains.indices { chains[index].signer = signers[chains[index].signer.key] }
        for signer in signers.all { _ = place(of: signer.key, from: state.chainRoot) }
        for head in try reader.heads() {
            let place = place(of: head.signer, from: state.chainRoot)
            chains[place].goal = max(chains[place].goal, head.sequence)
            chains[place].isExhausted = false
        }
        if depth != .links, vouchers == nil { vouchers = try BundleVouchers(state, reader) }
        isUnderway = true
    }

    private mutating func place(of key: SigningPublicKey, from root: Digest) -> Int {
        if let place = places[key] { return place }
        chains.append(WalkedChain(signers[key], from: root))
        places[key] = chains.count - 1
        return chains.count - 1
    }

    /// The next event; nil where the ends are reached that the chains had at the beginning.
    mutating func next(_ reader: any StoreReading) throws -> Step? {
        while let chain = demands.last?.chain ?? nextChain() {
            guard let (event, hash) = try peek(chain, reader) else {
                chains[chain].isExhausted = true
                if demands.last?.chain == chain { demands.removeLast() }
                continue
            }
            let signer = chains[chain].signer
            let isHeard = signer.counts(event.sequence) && signer.isWitness
            if isHeard, let demand = demand(of: event) {
                demands.append(demand)
                continue
            }
            try accept(event, hash, chain, reader, isHeard: isHeard)
            if let demand = demands.last, demand.chain == chain, demand.sequence <= chains[chain].done {
                demands.removeLast()
            }
            return Step(event: event, chain: chain, counts: signer.counts(event.sequence))
        }
        isUnderway = false
        return nil
    }

    /// Writers first: what readers did is read where an event names it, or at the end.
    private func nextChain() -> Int? {
        var other: Int?
        for index in chains.indices where chains[index].isOpen {
            if chains[index].signer.isWitness { return index }
            other = other ?? index
        }
        return other
    }

    /// The first chain that must be read further before an event of another.
    private func demand(of event: AuditEvent) -> Demand? {
        for head in event.heads {
            guard let other = places[head.signer], chains[other].done < head.sequence, chains[other].isOpen,
                !demands.contains(where: { $0.chain == other })
            else { continue }
            return Demand(chain: other, sequence: head.sequence)
        }
        return nil
    }

    private mutating func accept(
        _ event: AuditEvent, _ hash: Digest, _ chain: Int, _ reader: any StoreReading, isHeard: Bool
    ) throws {
        chains[chain].next = nil
        chains[chain].last = AuditHead(signer: event.signer, sequence: event.sequence, hash: hash)
        guard chains[chain].signer.counts(event.sequence) else { return }
        chains[chain].count += 1
        if !event.bindings.isEmpty { chains[chain].synced = event.sequence }
        let signer = chains[chain].signer
        if depth != .links, signers.knowsFormerSpaces, try signer.exceedsRole(with: event, reader) {
            found(.beyondRole, chain, event.sequence)
        }
        guard isHeard else { return }
        try hear(event, hash, chain, reader)
        vouchers?.hear(event, hash)
        guard depth != .links else { return }
        let written = event.fingerprints.filter { signer.mayWrite(in: $0.spaceID) }
        if try !Self.stand(written, reader) { found(.unindexed, chain, event.sequence) }
    }

    /// Whether the table of fingerprints holds what an event says.
    private static func stand(_ fingerprints: [StoredFingerprint], _ reader: any StoreReading) throws -> Bool {
        for kept in fingerprints {
            do {
                let stored = try reader.fingerprint(space: kept.spaceID, tag: kept.tag)
                guard let stored, stored.isSpent || !kept.isSpent else { return false }
            } catch let error as VaultError where error.code == .damaged {
                return false
            }
        }
        return true
    }
}
