// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension VaultMove {
    /// Brings the chains of events over; what was found to be the same is not looked at again, since nothing of it changes.
    func sweepChains() async throws -> Int {
        let signers = try await source.read { try $0.heads().map(\.signer) }
        let there = try await target.read { try $0.heads().map(\.signer) }
        guard Set(there).isSubset(of: signers) else { throw Self.foreign }
        var changed = 0
        for signer in signers.sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            changed += try await sweepChain(of: signer)
        }
        return changed
    }

    private func sweepChain(of signer: SigningPublicKey) async throws -> Int {
        let limit = pageLength
        var changed = 0
        var isSame = true
        var next = (compared.withLock { $0[signer] } ?? 0) + 1
        while true {
            try Task.checkCancellation()
            let from = next
            let page = try await source.read { try $0.storedEvents(of: signer, from: from, limit: limit) }
            let there = try await target.read { try $0.storedEvents(of: signer, from: from, limit: limit) }
            guard let last = page.last?.sequence else {
                guard there.isEmpty else { throw Self.foreign }
                return changed
            }
            guard last >= from, last < UInt64(Int64.max) else { throw VaultError.damaged }
            let missing = try Self.missing(page, there.filter { $0.sequence <= last }, of: signer)
            if !missing.isEmpty {
                try await put { transaction in
                    for event in missing { try transaction.append(event) }
                }
                changed += missing.count
                isSame = false
            }
            if isSame { compared.withLock { $0[signer] = last } }
            next = last + 1
        }
    }

    /// The events that the new store lacks.
    ///
    /// - Throws: ``VaultError/Code/exists`` if it has another in the place of one.
    private static func missing(
        _ page: [StoredEvent], _ there: [StoredEvent], of signer: SigningPublicKey
    ) throws -> [AuditEvent] {
        var others = Dictionary(there.map { ($0.sequence, $0.bytes) }) { first, _ in first }
        var missing: [AuditEvent] = []
        for stored in page {
            if let other = others.removeValue(forKey: stored.sequence) {
                guard other == stored.bytes else { throw foreign }
                continue
            }
            guard let event = try? AuditEvent(decoding: stored.bytes), event.signer == signer,
                event.sequence == stored.sequence
            else {
                throw VaultError(
                    .damaged, "the record of events is damaged, and the vault was not moved; see: coffer audit verify")
            }
            missing.append(event)
        }
        guard others.isEmpty else { throw foreign }
        return missing
    }

    /// Has the index of writes name what it names in the old store.
    func sweepBindings() async throws -> Int {
        let limit = pageLength
        return try await sweepPages(
            { (reader: any StoreReading, last: StoredBinding?) in try reader.bindings(after: last, limit: limit) },
            by: { left, right in
                left.entryID == right.entryID
                    ? left.version < right.version
                    : left.entryID.bytes.lexicographicallyPrecedes(right.entryID.bytes)
            },
            { bindings, there in
                let known = Set(there)
                let differing = bindings.filter { !known.contains($0) }
                guard !differing.isEmpty else { return 0 }
                try await put { transaction in
                    for binding in differing { try transaction.bind(binding) }
                }
                return differing.count
            })
    }

    /// Brings over what was brought home from bundles.
    func sweepCollected() async throws -> Int {
        let limit = pageLength
        let bundles = try await source.read { try $0.collectedBundles() }
        let there = try await target.read { try $0.collectedBundles() }
        guard Set(there).isSubset(of: bundles) else { throw Self.foreign }
        var changed = 0
        for bundle in bundles {
            var next: UInt64 = 1
            while true {
                let from = next
                // Their numbers follow one another from 1: they were followed when they were brought home.
                let page = try await source.read { try $0.collectedEvents(of: bundle, from: from, limit: limit) }
                let known = try await target.read { try $0.collectedEvents(of: bundle, from: from, limit: limit) }
                guard page.starts(with: known) else { throw Self.foreign }
                guard !page.isEmpty else { break }
                let missing = Array(page.dropFirst(known.count))
                if !missing.isEmpty {
                    let first = from + UInt64(known.count)
                    try await put { transaction in
                        for (index, event) in missing.enumerated() {
                            try transaction.keepCollected(event, sequence: first + UInt64(index), of: bundle)
                        }
                    }
                }
                changed += missing.count
                next = from + UInt64(page.count)
            }
        }
        return changed
    }
}
