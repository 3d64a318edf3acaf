// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Something that an event saw of another chain and that is not so now.
struct ChainSighting: Sendable {
    /// What became of it.
    let kind: ChainFinding.Kind
    /// What was seen.
    let head: AuditHead
    /// The event that saw it; nil for this machine's own record.
    let witness: AuditHead?
}

extension ChainWalk {
    /// More than anybody reads; a store that is broken everywhere must not fill the memory.
    private static let sightingLimit = 10_000

    /// Compares the heads that an event names with what lies there now.
    mutating func hear(_ event: AuditEvent, _ hash: Digest, _ chain: Int, _ reader: any StoreReading) throws {
        let witness = AuditHead(signer: event.signer, sequence: event.sequence, hash: hash)
        for head in event.heads {
            let before = chains[chain].seen[head.signer]
            if !event.bindings.isEmpty { covered[head.signer] = max(covered[head.signer] ?? 0, head.sequence) }
            guard before != head else { continue }
            chains[chain].seen[head.signer] = head
            if let before, before.sequence > head.sequence { saw(.wentBack, head, witness) }
            guard head.sequence > 0, head.sequence < UInt64(Int64.max) else { continue }
            if let kind = try fate(of: head, reader) { saw(kind, head, witness) }
        }
    }

    /// What became of an event that was seen; nil if it is there.
    private func fate(of head: AuditHead, _ reader: any StoreReading) throws -> ChainFinding.Kind? {
        if let place = places[head.signer], chains[place].last == head { return nil }
        guard let stored = try reader.storedEvents(of: head.signer, from: head.sequence, limit: 1).first else {
            return .cutOff
        }
        // Where the chain itself tells that something is wrong, its finding stands for all.
        guard stored.sequence == head.sequence, let there = try? AuditEvent(decoding: stored.bytes) else { return nil }
        return there.hash == head.hash ? nil : .replaced
    }

    private mutating func saw(_ kind: ChainFinding.Kind, _ head: AuditHead, _ witness: AuditHead?) {
        if witness != nil, let place = places[head.signer], chains[place].signer.isWitness,
            chains[place].signer.counts(head.sequence)
        {
            broken.insert(place)
        }
        guard sightings.count < Self.sightingLimit else { return }
        sightings.append(ChainSighting(kind: kind, head: head, witness: witness))
    }

    /// Compares what this machine has seen, unless an owner took the store back since.
    mutating func recall(_ remembered: SeenRecord, _ manifest: Manifest, _ reader: any StoreReading) throws {
        if let restoration = manifest.restoration, restoration.epoch > remembered.pin.epoch { return }
        let certain = Set(remembered.enforced(in: .present))
        for head in Array(certain) + remembered.recent.values.filter({ !certain.contains($0) }) {
            guard head.sequence > 0, head.sequence < UInt64(Int64.max), let kind = try fate(of: head, reader)
            else { continue }
            saw(certain.contains(head) ? kind : .lostWithPower, head, nil)
        }
    }

    /// Compares the chains of departed members with the events that the manifests which removed them name.
    mutating func compareWithBounds(_ reader: any StoreReading) throws {
        for chain in chains.indices {
            guard let bound = chains[chain].signer.bound else { continue }
            guard let stored = try reader.storedEvents(of: bound.signer, from: bound.sequence, limit: 1).first else {
                found(.cutOff, chain, chains[chain].end + 1, through: bound.sequence)
                continue
            }
            guard stored.sequence == bound.sequence, let event = try? AuditEvent(decoding: stored.bytes) else {
                continue
            }
            if event.hash != bound.hash { found(.replaced, chain, bound.sequence) }
        }
    }

    // MARK: - Report

    /// The chains, and what is wrong with them: what was seen joined with what the chains themselves told.
    var report: ChainReport {
        var report = ChainReport()
        let sorted = chains.sorted { left, right in
            let (one, other) = (left.signer, right.signer)
            return (one.standing == .member ? 0 : 1, one.name, one.key.bytes[0]) < (
                other.standing == .member ? 0 : 1, other.name, other.key.bytes[0]
            )
        }
        report.chains = sorted.map { chain in
            ChainReport.Chain(
                signer: chain.signer, count: chain.count, end: chain.end,
                synced: min(max(chain.synced, covered[chain.signer.key] ?? 0), chain.end))
        }
        report.findings = findings.all
        report.omittedFindingCount = findings.omittedCount
        for sighting in sightings { conclude(sighting, &report) }
        let order = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1.signer.key, $0) })
        report.findings.sort {
            (order[$0.signer] ?? .max, $0.first) < (order[$1.signer] ?? .max, $1.first)
        }
        return report
    }

    private func conclude(_ sighting: ChainSighting, _ report: inout ChainReport) {
        let key = sighting.head.signer
        let chain = places[key].map { chains[$0] }
        let signer = chain?.signer ?? ChainSigner(unknown: key)
        let end = chain?.end ?? 0
        let first = sighting.head.sequence > end ? end + 1 : sighting.head.sequence
        let known = report.findings.firstIndex { $0.signer == key && $0.first <= first && first <= $0.last }
        if let known {
            // One finding a place: the first witness stands for all, and the farthest place is what was lost.
            if report.findings[known].kind == sighting.kind {
                report.findings[known].last = max(report.findings[known].last, sighting.head.sequence)
            }
            return
        }
        let witness = sighting.witness
        report.findings.append(
            ChainFinding(
                sighting.kind, of: signer, at: first, through: sighting.head.sequence, seenBy: witness,
                witnessName: witness.flatMap { places[$0.signer] }.map { chains[$0].signer.name },
                isRemembered: witness == nil))
    }
}
