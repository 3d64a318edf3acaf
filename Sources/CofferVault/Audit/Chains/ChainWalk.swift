// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Reads every chain of a store from its first event to its last, and places what is wrong with it.
///
/// Three things tie the events: each one's signature, the hash of the one before, and the heads of the other chains that
/// issuers' and owners' events name. So an edit, a gap, an exchange and a cut are found in the chain itself or, where
/// its end or the whole of it is gone or was signed anew, by what others saw of it. What nobody saw leaves no trace: events at the
/// very end of everything, which only a client that has seen newer can miss.
struct ChainWalk {
    /// Events are read so many at a time; a chain is not held in memory.
    private static let pageLength = 256

    private let reader: any StoreReading
    private(set) var signers: [SigningPublicKey: ChainSigner]
    private var report = ChainReport()
    /// What the chain under way has seen of the others.
    private var seen: [SigningPublicKey: AuditHead] = [:]
    private var sightings: [Sighting] = []
    /// The farthest event of each chain that a synced write of another covers.
    private var covered: [SigningPublicKey: UInt64] = [:]

    /// Something that an event saw of another chain and that is not so now.
    private struct Sighting {
        let kind: ChainFinding.Kind
        let head: AuditHead
        /// The event that saw it; nil for this machine's own record.
        let witness: AuditHead?
    }

    private init(_ manifest: Manifest, _ reader: any StoreReading) {
        self.reader = reader
        signers = Dictionary(ChainSigner.all(in: manifest).map { ($0.key, $0) }) { first, _ in first }
    }

    /// Walks all chains of one state of the store.
    ///
    /// - Parameters:
    ///   - manifest: The manifest in force.
    ///   - reader: The store.
    ///   - remembered: What this machine has seen of the chains.
    ///   - visit: Gets each event that holds and counts, each chain from its beginning.
    /// - Returns: the chains, and what is wrong with them.
    /// - Throws: what the store or `visit` throws; what is wrong with a chain is no error.
    static func run(
        _ manifest: Manifest, _ reader: any StoreReading, remembering remembered: SeenRecord? = nil,
        visit: (AuditEvent) throws -> Void = { _ in }
    ) throws -> ChainReport {
        var walk = ChainWalk(manifest, reader)
        let present = try reader.heads().map(\.signer)
        for key in present where walk.signers[key] == nil { walk.signers[key] = ChainSigner(unknown: key) }
        let order = walk.signers.values.sorted {
            ($0.standing == .member ? 0 : 1, $0.name, $0.key.bytes[0]) < (
                $1.standing == .member ? 0 : 1, $1.name, $1.key.bytes[0]
            )
        }
        for signer in order { try walk.follow(signer, visit) }
        if let remembered { try walk.recall(remembered, manifest) }
        walk.conclude()
        return walk.report
    }

    // MARK: - One chain

    private mutating func follow(_ signer: ChainSigner, _ visit: (AuditEvent) throws -> Void) throws {
        var chain = ChainReport.Chain(signer: signer)
        seen = [:]
        // The hash that the next event must name; nil behind a place that is broken.
        var previous: Digest? = .zero
        while true {
            let page = try reader.storedEvents(of: signer.key, from: chain.end + 1, limit: Self.pageLength)
            if page.isEmpty { break }
            let isVouched = Self.vouches(for: page, of: signer.key, after: chain.end, previous)
            for stored in page {
                // Nobody has written so many: the number is somebody's work, and nothing can follow it.
                guard stored.sequence > chain.end, stored.sequence < UInt64(Int64.max) else {
                    found(.unreadable, signer, stored.sequence)
                    report.chains.append(chain)
                    return
                }
                if stored.sequence > chain.end + 1 {
                    found(.missing, signer, chain.end + 1, through: stored.sequence - 1)
                    previous = nil
                }
                chain.end = stored.sequence
                let event = judge(stored, of: signer, after: &previous, isVouched: isVouched)
                guard let event, signer.counts(event.sequence) else { continue }
                chain.count += 1
                if !event.bindings.isEmpty { chain.synced = event.sequence }
                if signer.isWitness { try hear(event) }
                if signer.isWitness, !stands(event.fingerprints) { found(.unindexed, signer, event.sequence) }
                try visit(event)
            }
        }
        try compareWithBound(of: signer, chain)
        report.chains.append(chain)
    }

    /// Whether one signature, the page's last, stands for all of it: then every event follows on the one before by number and hash.
    private static func vouches(
        for page: [StoredEvent], of signer: SigningPublicKey, after sequence: UInt64, _ previous: Digest?
    ) -> Bool {
        guard var hash = previous else { return false }
        var number = sequence
        var last: AuditEvent?
        for stored in page {
            guard let event = try? AuditEvent(decoding: stored.bytes), event.signer == signer, event.previous == hash,
                number < .max, event.sequence == number + 1, stored.sequence == event.sequence
            else { return false }
            hash = event.hash
            number += 1
            last = event
        }
        return (try? last?.verifySignature()) != nil
    }

    /// Judges what lies in one place; the event if it is the one that was signed for it.
    private mutating func judge(
        _ stored: StoredEvent, of signer: ChainSigner, after previous: inout Digest?, isVouched: Bool
    ) -> AuditEvent? {
        let expected = previous
        previous = nil
        guard let event = try? AuditEvent(decoding: stored.bytes) else {
            found(.unreadable, signer, stored.sequence)
            return nil
        }
        guard event.signer == signer.key else {
            found(.foreign, signer, stored.sequence)
            return nil
        }
        guard isVouched || (try? event.verifySignature()) != nil else {
            found(.edited, signer, stored.sequence)
            return nil
        }
        guard event.sequence == stored.sequence else {
            found(.moved(from: event.sequence), signer, stored.sequence)
            return nil
        }
        let hash = event.hash
        if let expected, event.previous != expected { found(.unlinked, signer, stored.sequence) }
        if stored.hash != hash { found(.misindexed, signer, stored.sequence) }
        switch signer.standing {
        case .member: break
        case .departed: if !signer.counts(event.sequence) { found(.afterRemoval, signer, stored.sequence) }
        case .unknown: found(.stranger, signer, stored.sequence)
        }
        previous = hash
        return event
    }

    /// Whether the table of fingerprints holds what an event says.
    private func stands(_ fingerprints: [StoredFingerprint]) -> Bool {
        fingerprints.allSatisfy { kept in
            let stored = try? reader.fingerprint(space: kept.spaceID, tag: kept.tag)
            return stored.map { $0.isSpent || !kept.isSpent } ?? false
        }
    }

    private mutating func found(
        _ kind: ChainFinding.Kind, _ signer: ChainSigner, _ first: UInt64, through last: UInt64? = nil
    ) {
        add(ChainFinding(kind, of: signer, at: first, through: last))
    }

    private mutating func add(_ finding: ChainFinding) {
        if let index = report.findings.indices.last, report.findings[index].continues(with: finding) {
            report.findings[index].last = finding.last
        } else {
            report.findings.append(finding)
        }
    }

    // MARK: - What others saw

    /// Compares the heads that an event names with what lies there now.
    private mutating func hear(_ event: AuditEvent) throws {
        let witness = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
        for head in event.heads {
            let before = seen[head.signer]
            if !event.bindings.isEmpty { covered[head.signer] = max(covered[head.signer] ?? 0, head.sequence) }
            guard before != head else { continue }
            seen[head.signer] = head
            if let before, before.sequence > head.sequence {
                sightings.append(Sighting(kind: .wentBack, head: head, witness: witness))
            }
            guard head.sequence > 0, head.sequence < UInt64(Int64.max) else { continue }
            let stored = try reader.storedEvents(of: head.signer, from: head.sequence, limit: 1).first
            if let stored, stored.sequence == head.sequence {
                if let there = try? AuditEvent(decoding: stored.bytes), there.hash != head.hash {
                    sightings.append(Sighting(kind: .replaced, head: head, witness: witness))
                }
            } else if stored == nil {
                sightings.append(Sighting(kind: .cutOff, head: head, witness: witness))
            }
        }
    }

    /// Compares what this machine has seen, unless an owner took the store back since.
    private mutating func recall(_ remembered: SeenRecord, _ manifest: Manifest) throws {
        if let restoration = manifest.restoration, restoration.epoch > remembered.pin.epoch { return }
        let certain = Set(remembered.enforced(in: .present))
        for head in Array(certain) + remembered.recent.values.filter({ !certain.contains($0) }) {
            guard head.sequence > 0, head.sequence < UInt64(Int64.max) else { continue }
            let stored = try reader.storedEvents(of: head.signer, from: head.sequence, limit: 1).first
            if let stored, stored.sequence == head.sequence {
                guard let there = try? AuditEvent(decoding: stored.bytes), there.hash != head.hash else { continue }
                sightings.append(
                    Sighting(kind: certain.contains(head) ? .replaced : .lostWithPower, head: head, witness: nil))
            } else if stored == nil {
                sightings.append(
                    Sighting(kind: certain.contains(head) ? .cutOff : .lostWithPower, head: head, witness: nil))
            }
        }
    }

    /// The manifest that removed an identity saw the end of its chain.
    private mutating func compareWithBound(of signer: ChainSigner, _ chain: ChainReport.Chain) throws {
        guard let bound = signer.bound else { return }
        guard let stored = try reader.storedEvents(of: signer.key, from: bound.sequence, limit: 1).first else {
            found(.cutOff, signer, chain.end + 1, through: bound.sequence)
            return
        }
        guard stored.sequence == bound.sequence, let event = try? AuditEvent(decoding: stored.bytes) else { return }
        if event.hash != bound.hash { found(.replaced, signer, bound.sequence) }
    }

    /// Joins what was seen with what the chains themselves told.
    private mutating func conclude() {
        for sighting in sightings { conclude(sighting) }
        let order = Dictionary(uniqueKeysWithValues: report.chains.enumerated().map { ($1.signer.key, $0) })
        report.findings.sort {
            (order[$0.signer] ?? .max, $0.first) < (order[$1.signer] ?? .max, $1.first)
        }
        for index in report.chains.indices {
            let key = report.chains[index].signer.key
            report.chains[index].synced = min(
                max(report.chains[index].synced, covered[key] ?? 0), report.chains[index].end)
        }
    }

    private mutating func conclude(_ sighting: Sighting) {
        let key = sighting.head.signer
        let signer = signers[key] ?? ChainSigner(unknown: key)
        let end = report.chains.first { $0.signer.key == key }?.end ?? 0
        let first = sighting.head.sequence > end ? end + 1 : sighting.head.sequence
        let known = report.findings.firstIndex { $0.signer == key && $0.first <= first && first <= $0.last }
        if let known {
            // One finding a place: the first witness stands for all, and the farthest place is what was lost.
            if report.findings[known].kind == sighting.kind {
                report.findings[known].last = max(report.findings[known].last, sighting.head.sequence)
            }
            return
        }
        report.findings.append(
            ChainFinding(
                sighting.kind, of: signer, at: first, through: sighting.head.sequence, seenBy: sighting.witness,
                witnessName: sighting.witness.flatMap { signers[$0.signer]?.name },
                isRemembered: sighting.witness == nil))
    }
}
