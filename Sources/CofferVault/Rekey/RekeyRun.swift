// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// Brings a space under its newest generation, batch by batch, and destroys the older ones when nothing needs them.
///
/// Nothing is kept between runs but what the rows themselves say: a run that is cut off anywhere is gone on with by the
/// next one.
final class RekeyRun: Sendable {
    /// Events that are read in one transaction.
    private static let eventPage = 1_000

    let vault: Vault
    let spaceID: SpaceID
    let name: String
    let reason: String
    private let batchLength: Int
    private let progress: @Sendable (RekeyProgress) -> Void
    private let counts = Mutex((done: 0, total: 0))
    let chains: Mutex<ChainReading>
    let report: Mutex<RekeyReport.Space>
    /// Whoever held a lock when the newest generation had begun may yet spill an answer under an older one.
    let early: Set<LockPlace>

    init(
        _ vault: Vault, _ space: UnlockedSpace, reason: String, batchLength: Int, chains: ChainReading,
        progress: @escaping @Sendable (RekeyProgress) -> Void
    ) throws {
        self.vault = vault
        spaceID = space.id
        name = space.name
        self.reason = reason
        self.batchLength = batchLength
        self.progress = progress
        self.chains = Mutex(chains)
        report = Mutex(RekeyReport.Space(name: space.name, generation: space.current.generation))
        early = Set(try vault.store.heldLocks())
    }

    /// Reads all chains of events, and refuses to go on from damaged ones: nothing could be told to be the newest.
    static func readChains(of vault: Vault) async throws -> ChainReading {
        let chains = Mutex(ChainReading(.links))
        var isDone = false
        while !isDone {
            isDone = try await vault.reading { state, reader in
                try chains.withLock { try $0.advance(state, reader, atMost: eventPage) }
            }
        }
        try await vault.reading { _, reader in try chains.withLock { try $0.compareWithBounds(reader) } }
        let reading = chains.withLock { $0 }
        try requireSound(reading)
        return reading
    }

    static func requireSound(_ chains: ChainReading) throws(VaultError) {
        guard chains.isTrustworthy else {
            throw VaultError(
                .damaged, "the record of events is damaged, so what was written last can't be told; see: coffer verify")
        }
    }

    static func space(_ id: SpaceID, in state: VaultState) throws(VaultError) -> UnlockedSpace {
        guard let space = state.spaces.values.first(where: { $0.id == id }) else {
            throw VaultError(.missing, "the space was removed meanwhile")
        }
        return space
    }

    // MARK: - Rows

    /// Seals everything again that lies under an older generation, in as many passes as others' writes ask for.
    func reseal() async throws {
        var goesOn = true
        while goesOn {
            report.withLock { $0.damaged = [] }
            let rowCount = try await resealRows()
            let journalCount = try await resealJournals()
            let isMoving = rowCount + journalCount > 0
            goesOn = isMoving ? try await needsMore() : false
        }
    }

    /// Whether anything is left under an older generation that is not known to be damaged.
    private func needsMore() async throws -> Bool {
        guard report.withLock({ $0.damaged.isEmpty }) else { return false }
        return try await vault.reading { [spaceID] state, reader in
            let newest = try Self.space(spaceID, in: state).current.generation
            return try reader.oldestGeneration(space: spaceID).map { $0 < newest } ?? false
        }
    }

    /// Rows that were read, and sealed again under the keys of a state.
    private struct Prepared: Sendable {
        let rows: [EntryRow]
        let end: EntryID
        let state: VaultState
        let batch: RekeyBatch
    }

    private func resealRows() async throws -> Int {
        let total = try await vault.reading { [spaceID] _, reader in try reader.entryCount(space: spaceID) }
        counts.withLock { if $0.total == 0 { $0.total = total } }
        var moved = 0
        var current = try await prepare(after: nil)
        while let prepared = current {
            try Task.checkCancellation()
            // The next rows are sealed while these are written: one is a matter of computing, the other of the disk. If the
            // writing throws, nobody takes them; they were never written.
            async let next = prepare(after: prepared.end)
            let outcome = try await write(prepared)
            moved += outcome.count
            took(outcome)
            current = try await next
        }
        return moved
    }

    private func prepare(after last: EntryID?) async throws -> Prepared? {
        let (state, rows) = try await vault.reading { [spaceID, batchLength] state, reader in
            let newest = try Self.space(spaceID, in: state).current.generation
            return (state, try reader.rows(space: spaceID, olderThan: newest, after: last, limit: batchLength))
        }
        guard let end = rows.last?.id else { return nil }
        let batch = try RekeyBatch(rows, in: Self.space(spaceID, in: state))
        return Prepared(rows: rows, end: end, state: state, batch: batch)
    }

    private func write(_ prepared: Prepared) async throws -> RekeyBatch.Outcome {
        try await vault.writing(.synced) { [self] state in
            let space = try Self.space(spaceID, in: state)
            // If the membership has moved on since, the keys that it was sealed under may have been replaced.
            let batch = state === prepared.state ? prepared.batch : try RekeyBatch(prepared.rows, in: space)
            let record = record(space)
            return { transaction in
                try self.chains.withLock { chains in
                    try chains.finish(state, transaction)
                    try Self.requireSound(chains)
                    var bindings: [AuditBinding] = []
                    let outcome = try batch.write(
                        { chains.binding(of: $0, in: space.id) }, to: transaction, bindings: &bindings)
                    if !bindings.isEmpty {
                        try state.append(record, bindings: bindings, fingerprints: [], to: transaction)
                    }
                    return outcome
                }
            }
        }
    }

    private func took(_ outcome: RekeyBatch.Outcome) {
        report.withLock { report in
            report.entryCount += outcome.count
            report.damaged += outcome.damaged
        }
        let (done, total) = counts.withLock { counts in
            counts.done += outcome.count
            return (counts.done, max(counts.total, counts.done))
        }
        progress(RekeyProgress(space: name, count: done, total: total))
    }

    /// What the event of a batch says.
    func record(_ space: UnlockedSpace) -> AuditRecord {
        let text = "space \(space.name), generation \(space.current.generation)"
        return AuditRecord(
            at: vault.now(), action: .rekey, paths: [],
            reason: [text, reason].filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
