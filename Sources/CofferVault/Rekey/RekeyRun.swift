// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// Brings a space under its newest generation, batch by batch, and retires the older ones when nothing needs them.
///
/// Nothing is kept between runs but what the rows themselves say: a run that is cut off anywhere is gone on with by the
/// next one.
final class RekeyRun: Sendable {
    let vault: Vault
    let spaceID: SpaceID
    let name: String
    let reason: String
    /// The generation that was the newest when the run began, and is all the run's proofs are about.
    let target: UInt32
    let batchLength: Int
    let naming: SpillNaming?
    /// The folders besides the vault's own in which answers may lie, once they were looked up.
    let namedFolders = Mutex<[NamedSpillFolder]?>(nil)
    private let progress: @Sendable (RekeyProgress) -> Void
    private let counts = Mutex((done: 0, total: 0))
    let chains: Mutex<ChainReading>
    let report: Mutex<RekeyReport.Space>
    /// Whoever held a lock when the run's generation had begun may yet spill an answer under an older one.
    let early: Set<LockPlace>
    /// Whether the store's log holds nothing any more that older keys sealed.
    let isLogTruncated = Mutex(false)

    /// Gets ready for a space, under the keys that it has now.
    ///
    /// - Parameters:
    ///   - vault: The vault.
    ///   - space: The space, as the vault knows it.
    ///   - reason: For the events.
    ///   - batchLength: Rows in one transaction.
    ///   - chains: What was read of the chains of events.
    ///   - report: What a run brought about that was overtaken.
    ///   - naming: How the folders are found that entries name for answers.
    ///   - progress: Hears how far it is.
    /// - Throws: what the store throws.
    init(
        _ vault: Vault, _ space: UnlockedSpace, reason: String, batchLength: Int, chains: ChainReading,
        after report: RekeyReport.Space?, naming: SpillNaming?, progress: @escaping @Sendable (RekeyProgress) -> Void
    ) async throws {
        self.vault = vault
        spaceID = space.id
        name = space.name
        self.reason = reason
        target = space.current.generation
        self.batchLength = batchLength
        self.naming = naming
        self.progress = progress
        self.chains = Mutex(chains)
        var report = report ?? RekeyReport.Space(name: space.name, generation: target)
        report.generation = target
        self.report = Mutex(report)
        early = Set(try await vault.store.heldLocks())
    }

    static func requireSound(_ chains: ChainReading, in space: SpaceID) throws(VaultError) {
        guard chains.isTrustworthy(in: space) else {
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

    /// Brings the space under the run's generation.
    ///
    /// - Parameters:
    ///   - wait: How long to wait for what may go away by itself.
    ///   - clock: What waiting is done with.
    /// - Returns: whether it is through; false if it was overtaken and has to be begun anew.
    /// - Throws: ``VaultError/damaged`` if the generation's keys do not open what they seal, or the chains got damaged.
    func finish(wait: Duration, clock: any Clock<Duration>) async throws -> Bool {
        guard try await prove(.keys) else { return false }
        try await reseal()
        return try await drop(wait: wait, clock: clock)
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
                    try Self.requireSound(chains, in: space.id)
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

    /// Tells what is waited for.
    func tell(_ wait: RekeyProgress.Wait) {
        let (done, total) = counts.withLock { ($0.done, max($0.total, $0.done)) }
        progress(RekeyProgress(space: name, count: done, total: total, wait: wait))
    }

    /// What the event of a batch says.
    func record(_ space: UnlockedSpace) -> AuditRecord {
        let text = "space \(space.name), generation \(space.current.generation)"
        return AuditRecord(
            at: vault.now(), action: .rekey, paths: [],
            reason: [text, reason].filter { !$0.isEmpty }.joined(separator: "; "))
    }
}
