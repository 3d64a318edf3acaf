// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension VaultMove {
    /// Brings the entries of all spaces over, and opens those that are the same in both stores.
    func sweepEntries(_ chain: MovedChain, _ stage: MoveProgress.Stage) async throws -> Int {
        let (spaces, limit, state) = (chain.spaces, pageLength, chain.state)
        let total = try await source.read { reader in
            try spaces.reduce(0) { $0 + (try reader.entryCount(space: $1)) }
        }
        var changed = 0
        var count = 0
        for space in spaces {
            changed += try await sweepPages(
                { (reader: any StoreReading, last: EntryRow?) in
                    try reader.rows(space: space, after: last?.id, limit: limit)
                },
                by: { $0.id.bytes.lexicographicallyPrecedes($1.id.bytes) },
                { rows, there in
                    let difference = RowDifference(rows, there)
                    if difference.count > 0 {
                        try requireNew(difference.wanted, under: state)
                        try await put { try difference.apply(to: $0) }
                    }
                    open(difference.same, under: state)
                    count += rows.count
                    if !rows.isEmpty { tell(stage, min(count, total), total) }
                    return difference.count
                })
        }
        return changed
    }

    /// Opens the boxes of rows as the new store gives them, each once.
    private func open(_ rows: [EntryRow], under state: VaultState) {
        for row in rows {
            let mark = Self.mark(row, under: state)
            guard !opened.withLock({ $0.contains(mark) }) else { continue }
            do {
                _ = try state.sealing(for: row).open(row, asked: nil)
                opened.withLock { _ = $0.insert(mark) }
            } catch {
                unopened.withLock { _ = $0.insert(row.id) }
            }
        }
    }

    /// Confirms that rows which differ were not written before: nobody else writes there, and no row comes a second time.
    ///
    /// - Throws: ``VaultError/damaged``.
    private func requireNew(_ rows: [EntryRow], under state: VaultState) throws(VaultError) {
        let marks = rows.map { Self.mark($0, under: state) }
        let areNew = written.withLock { known in
            let areNew = known.isDisjoint(with: marks)
            known.formUnion(marks)
            return areNew
        }
        guard areNew else { throw Self.forgetful }
    }

    /// The first bytes of a hash over all of a row: who changes it behind our back may leave its signature as it is.
    private static func mark(_ row: EntryRow, under state: VaultState) -> UInt64 {
        Digest(hashing: row.hash(in: state.pin.vaultID).bytes + row.signature.bytes).bytes.prefix(8)
            .reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    }

    /// Confirms that all that lies in the old store lies in a space, where it is copied from.
    ///
    /// - Throws: ``VaultError/Code/damaged``.
    func requireWhole(_ chain: MovedChain) async throws {
        let (spaces, state) = (chain.spaces, chain.state)
        let isWhole = try await source.read { reader in
            // Entries of a space that was added just now lie in none that is known.
            try Vault.requireNewest(state, reader)
            return try Self.lies(reader, in: spaces)
        }
        guard isWhole else {
            throw VaultError(
                .damaged, "the vault holds rows that are in none of its spaces, and was not moved; see: coffer verify")
        }
    }

    /// Confirms that the new store is as it is made, and that what lies there was brought from the old one, before any of it is
    /// changed.
    ///
    /// - Throws: ``VaultError/Code/exists``, ``VaultError/damaged``.
    func requireUsable(_ chain: MovedChain, isBegun: Bool) async throws {
        // Of the beginning of a move the index of writes may name events that are still to come.
        if !isBegun, let first = try await target.integrity().first {
            throw VaultError(.damaged, "the new place is not as Coffer makes it: \(first)")
        }
        let spaces = chain.spaces
        let signers = Set(try await source.read { try $0.heads().map(\.signer) })
        let isOurs = try await target.read { reader in
            try Self.lies(reader, in: spaces) && Set(reader.heads().map(\.signer)).isSubset(of: signers)
        }
        guard isOurs else { throw Self.foreign }
    }

    /// Whether all entries and journals of a store lie in some spaces.
    private static func lies(_ reader: any StoreReading, in spaces: [SpaceID]) throws -> Bool {
        let count = try spaces.reduce(0) { $0 + (try reader.entryCount(space: $1)) }
        let journals = try spaces.reduce(into: Set<[UInt8]>()) { keys, space in
            keys.formUnion(try reader.journalBeginnings(space: space).map(\.id.bytes))
        }
        return try keyCount(reader) == count && Set(reader.journalKeys()).isSubset(of: journals)
    }

    /// Confirms that the new store has no row that the old one has not.
    ///
    /// - Throws: ``VaultError/Code/exists``.
    func requireNothingElse() async throws {
        let count = try await source.read { try Self.keyCount($0) }
        guard try await target.read({ try Self.keyCount($0) }) == count else { throw Self.foreign }
    }

    private static func keyCount(_ reader: any StoreReading) throws -> Int {
        var (count, last) = (0, [UInt8]())
        while true {
            let keys = try reader.entryKeys(after: last, limit: 10_000)
            guard let next = keys.last, last.lexicographicallyPrecedes(next) else { return count }
            count += keys.count
            last = next
        }
    }
}
