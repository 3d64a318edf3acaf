// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension RekeyRun {
    /// Seals the journals again that have a row under an older generation.
    func resealJournals() async throws -> Int {
        let ids = try await vault.reading { [spaceID] state, reader in
            let newest = try Self.space(spaceID, in: state).current.generation
            return Set(try reader.journalRows(space: spaceID, olderThan: newest, limit: .max).map(\.id))
        }
        var moved = 0
        for id in ids {
            try Task.checkCancellation()
            moved += try await resealJournal(id)
        }
        return moved
    }

    /// Seals one journal again, whole, in one transaction: its end is what an event binds.
    private func resealJournal(_ id: EntryID) async throws -> Int {
        let outcome = try await vault.writing(.synced) { [self] state in
            let space = try Self.space(spaceID, in: state)
            let record = record(space)
            return { transaction -> (count: Int, fault: String?) in
                try self.chains.withLock { chains in
                    try chains.finish(state, transaction)
                    try Self.requireSound(chains, in: space.id)
                    let rows = try transaction.journal(of: id)
                    guard let last = rows.last else { return (0, nil) }
                    let newest = chains.binding(of: id, in: space.id)
                    guard newest?.version == UInt64(last.index) + 1, rows.count == Int(last.index) + 1,
                        rows.allSatisfy({ $0.spaceID == space.id }),
                        newest?.hash == NewestBindings.Words4(last.hash(in: space.vaultID))
                    else { return (0, "it is not what was written last") }
                    return try Self.write(rows, in: space, record, state, transaction)
                }
            }
        }
        report.withLock { report in
            report.journalCount += outcome.count
            guard let fault = outcome.fault else { return }
            report.damaged.append(
                RekeyReport.Damage(place: "journal of rotation r-\(id.description.prefix(16))", what: fault))
        }
        return outcome.count
    }

    private static func write(
        _ rows: [JournalRow], in space: UnlockedSpace, _ record: AuditRecord, _ state: VaultState,
        _ transaction: any StoreWriting
    ) throws -> (count: Int, fault: String?) {
        var resealing = try RowResealing(space)
        var moved: [JournalRow] = []
        for row in rows where row.generation < space.current.generation {
            guard let next = resealing.reseal(row) else { return (0, "event \(row.index + 1) does not open") }
            moved.append(next)
        }
        guard let end = moved.last else { return (0, nil) }
        try transaction.replaceJournal(moved)
        // If the end lies under the newest generation already, its own event binds it.
        let isEnd = end.index == rows.last?.index
        let binding = AuditBinding(
            entryID: end.id, version: UInt64(end.index) + 1, rowHash: end.hash(in: space.vaultID))
        try state.append(record, bindings: isEnd ? [binding] : [], fingerprints: [], to: transaction)
        return (moved.count, nil)
    }
}
