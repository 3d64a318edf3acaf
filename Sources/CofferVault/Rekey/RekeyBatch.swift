// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// Some rows of a space sealed again, ready for their transaction.
struct RekeyBatch: Sendable {
    /// A row as it was read and as it will stand.
    private struct Pair: Sendable {
        let old: EntryRow
        let oldHash: NewestBindings.Words4
        /// Nil if it does not open.
        let new: EntryRow?
        let binding: AuditBinding?
    }

    /// What became of a batch.
    struct Outcome: Sendable {
        /// How many rows were exchanged.
        var count = 0
        /// What is damaged and was left as it is.
        var damaged: [RekeyReport.Damage] = []
    }

    private let pairs: [Pair]
    private let space: UnlockedSpace

    /// Seals rows again, outside of any transaction: this is where the time goes.
    init(_ rows: [EntryRow], in space: UnlockedSpace) throws(VaultError) {
        var resealing = try RowResealing(space)
        var pairs: [Pair] = []
        pairs.reserveCapacity(rows.count)
        for row in rows {
            let new = resealing.reseal(row)
            pairs.append(
                Pair(
                    old: row, oldHash: NewestBindings.Words4(row.hash(in: space.vaultID)), new: new?.row,
                    binding: new.map { AuditBinding(entryID: row.id, version: row.version, rowHash: $0.hash) }))
        }
        self.pairs = pairs
        self.space = space
    }

    /// Exchanges the rows that are still as they were read and are the newest of their entries.
    ///
    /// A row that somebody else changed meanwhile is left alone, and is no damage: it lies under the newest generation.
    ///
    /// - Parameters:
    ///   - newest: The newest binding of each id as of this transaction: a replayed row must not be signed anew.
    ///   - transaction: Where it is written.
    ///   - bindings: Gets what the event must bind.
    /// - Returns: what became of them.
    /// - Throws: what the store throws.
    func write(
        _ newest: (EntryID) -> NewestBindings.Binding?, to transaction: any StoreWriting,
        bindings: inout [AuditBinding]
    ) throws -> Outcome {
        var outcome = Outcome()
        for pair in pairs {
            guard let binding = newest(pair.old.id), binding.version == pair.old.version, binding.hash == pair.oldHash
            else {
                if try transaction.row(id: pair.old.id) == pair.old {
                    outcome.damaged.append(damage(pair, "it is not what was written last"))
                }
                continue
            }
            guard let new = pair.new, let newBinding = pair.binding else {
                outcome.damaged.append(damage(pair, "it does not open"))
                continue
            }
            do {
                guard try transaction.exchange(new, for: pair.old) else { continue }
            } catch let error as VaultError where error.code == .exists {
                outcome.damaged.append(damage(pair, "another row stands at its path"))
                continue
            }
            bindings.append(newBinding)
            outcome.count += 1
        }
        return outcome
    }

    private func damage(_ pair: Pair, _ what: String) -> RekeyReport.Damage {
        let entry = try? EntrySealing(space: space).open(pair.old, asked: nil)
        return RekeyReport.Damage(place: "entry \(entry?.path.description ?? pair.old.id.description)", what: what)
    }
}
