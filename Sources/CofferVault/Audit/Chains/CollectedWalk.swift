// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Reads the events that came home from bundles, each bundle's from the first to the last, and places what is wrong with them.
///
/// Their chain begins with the hash of the bundle's id, every event is signed by whom the bundle was for, and what brought
/// them home says how many they were. A bundle of which nothing is left is told of by nothing that can be read without
/// opening every event, and is not missed here.
struct CollectedWalk {
    private static let pageLength = 128

    private let state: VaultState
    private let reader: any StoreReading
    private let vouchers: BundleVouchers?
    private var report = ChainReport()
    private var findings = ChainFindings()

    /// Walks the events of all bundles.
    ///
    /// - Parameters:
    ///   - state: The manifest in force.
    ///   - reader: The store.
    ///   - vouchers: What the vault's own events say of the bundles, after a walk over all of them; nil if that can't be known.
    /// - Returns: a chain for each bundle, and what is wrong.
    /// - Throws: what the store throws; what is wrong with a chain is no error.
    static func run(
        _ state: VaultState, _ reader: any StoreReading, _ vouchers: BundleVouchers?
    ) throws -> ChainReport {
        var walk = CollectedWalk(state: state, reader: reader, vouchers: vouchers)
        for bundle in try reader.collectedBundles() { try walk.follow(bundle) }
        walk.report.findings = walk.findings.all
        walk.report.omittedFindingCount = walk.findings.omittedCount
        return walk.report
    }

    private init(state: VaultState, reader: any StoreReading, vouchers: BundleVouchers?) {
        self.state = state
        self.reader = reader
        self.vouchers = vouchers
    }

    private mutating func follow(_ bundle: VaultID) throws {
        guard let first = try reader.collectedEvents(of: bundle, from: 1, limit: 1).first else { return }
        let key = (try? AuditEvent(decoding: first))?.signer
        let signer = ChainSigner(bundle: bundle, key, name: key.flatMap(state.name(of:)))
        var chain = ChainReport.Chain(signer: signer)
        if key != nil, state.name(of: signer.key) == nil { found(.stranger, signer, 1) }
        var previous: Digest? = Digest(hashing: bundle.bytes)
        var isOpen = true
        while isOpen {
            let page = try reader.collectedEvents(of: bundle, from: chain.end + 1, limit: Self.pageLength)
            isOpen = !page.isEmpty
            for bytes in page {
                guard isOpen else { break }
                isOpen = judge(bytes, signer, &chain, &previous)
            }
        }
        chain.synced = chain.end
        compare(chain, of: bundle)
        report.chains.append(chain)
    }

    /// Judges the next event; false if nothing behind it can be placed.
    private mutating func judge(
        _ bytes: [UInt8], _ signer: ChainSigner, _ chain: inout ChainReport.Chain, _ previous: inout Digest?
    ) -> Bool {
        let place = chain.end + 1
        // A number that was given before would have it read again and again.
        guard let event = try? AuditEvent(decoding: bytes), event.sequence >= place, event.sequence < UInt64(Int64.max)
        else {
            found(.unreadable, signer, place)
            return false
        }
        if event.sequence > place {
            found(.missing, signer, place, through: event.sequence - 1)
            previous = nil
        }
        chain.end = event.sequence
        let expected = previous
        previous = nil
        guard event.signer == signer.key else {
            found(.foreign, signer, event.sequence)
            return true
        }
        guard (try? event.verifySignature()) != nil else {
            found(.edited, signer, event.sequence)
            return true
        }
        if let expected, event.previous != expected { found(.unlinked, signer, event.sequence) }
        // Whom a bundle is for can only read it.
        if !event.bindings.isEmpty || !event.fingerprints.isEmpty { found(.beyondRole, signer, event.sequence) }
        previous = event.hash
        chain.count += 1
        return true
    }

    private mutating func compare(_ chain: ChainReport.Chain, of bundle: VaultID) {
        guard let vouchers else { return }
        guard let word = vouchers.words[bundle] else {
            return found(.unvouched, chain.signer, 1, through: max(chain.end, 1))
        }
        if word.count > chain.end {
            findings.add(
                ChainFinding(
                    .cutOff, of: chain.signer, at: chain.end + 1, through: word.count, seenBy: word.witness,
                    witnessName: state.name(of: word.witness.signer)))
        } else if word.count < chain.end {
            found(.unvouched, chain.signer, word.count + 1, through: chain.end)
        }
    }

    private mutating func found(
        _ kind: ChainFinding.Kind, _ signer: ChainSigner, _ first: UInt64, through last: UInt64? = nil
    ) {
        findings.add(ChainFinding(kind, of: signer, at: first, through: last))
    }
}
