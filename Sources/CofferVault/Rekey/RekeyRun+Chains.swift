// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension RekeyRun {
    /// Events that are read, or mended, in one transaction.
    private static let eventPage = 1_000

    /// Reads all chains of events, and puts right hashes beside them that are not theirs.
    ///
    /// - Returns: the chains, and how many hashes were put right.
    static func readChains(of vault: Vault) async throws -> (chains: ChainReading, mended: UInt64) {
        let chains = Mutex(ChainReading(.links))
        var isDone = false
        while !isDone {
            isDone = try await vault.reading { state, reader in
                try chains.withLock { try $0.advance(state, reader, atMost: eventPage) }
            }
        }
        try await vault.reading { _, reader in try chains.withLock { try $0.compareWithBounds(reader) } }
        let reading = chains.withLock { $0 }
        var mended: UInt64 = 0
        for finding in reading.walk.findings.all where finding.kind == .misindexed {
            mended += try await mend(finding, in: vault)
        }
        return (reading, mended)
    }

    /// The hash beside an event follows from the event, so it can be written anew wherever the event is sound.
    private static func mend(_ finding: ChainFinding, in vault: Vault) async throws -> UInt64 {
        var mended: UInt64 = 0
        var next = finding.first
        while next <= finding.last {
            let start = next
            let (count, last) = try await vault.writing(.synced) { _ in
                { transaction -> (UInt64, UInt64?) in
                    let page = try transaction.storedEvents(of: finding.signer, from: start, limit: eventPage)
                    var count: UInt64 = 0
                    for stored in page where stored.sequence <= finding.last {
                        guard let event = try? AuditEvent(decoding: stored.bytes), event.signer == finding.signer,
                            event.sequence == stored.sequence, event.hash != stored.hash,
                            (try? event.verifySignature()) != nil
                        else { continue }
                        try transaction.index(event)
                        count += 1
                    }
                    return (count, page.last?.sequence)
                }
            }
            mended += count
            guard let last, last >= start, last < .max else { break }
            next = last + 1
        }
        return mended
    }
}
