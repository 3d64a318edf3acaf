// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation

/// What each of many processes does to one store.
enum Hammer {
    /// How many transactions a writer commits.
    static let rounds = 30

    private static let ids = (
        shared: [UInt8](repeating: 0xC0, count: EntryID.byteCount),
        space: [UInt8](repeating: 0x5A, count: SpaceID.byteCount)
    )
    /// The row that every writer raises by one version.
    static var shared: EntryID {
        guard let id = try? EntryID(ids.shared) else { preconditionFailure("16 bytes") }
        return id
    }

    /// A row whose contents follow from its id and version, so that a mixture of two is seen.
    static func row(_ id: EntryID, version: UInt64, byteCount: Int = 3_000) throws -> EntryRow {
        let seed = Digest(hashing: id.bytes + withUnsafeBytes(of: version) { Array($0) })
        return EntryRow(
            id: id, spaceID: try SpaceID(ids.space), lookup: Digest(hashing: id.bytes), kind: .secret, version: version,
            generation: 1, useBox: (0..<byteCount / Digest.byteCount).flatMap { _ in seed.bytes },
            issueBox: seed.bytes, dueAt: Int64(version), state: "\(version)",
            signature: try Signature(seed.bytes + seed.bytes))
    }

    static func isWhole(_ row: EntryRow) throws -> Bool { try row == self.row(row.id, version: row.version) }

    /// Commits ``rounds`` transactions, each with a new row, a raised one and an event.
    static func write(_ path: String, dyingInRound last: Int? = nil) async throws {
        let store = try SQLiteStore.open(path, busyWait: 120)
        let identity = try Identity.generate()
        for round in 1...rounds {
            try await store.write(round % 2 == 0 ? .flushed : .synced) { transaction in
                guard let row = try transaction.row(id: shared) else { throw VaultError.damaged }
                try transaction.replace(self.row(shared, version: row.version + 1), expecting: row.version)
                try transaction.insert(self.row(.random(), version: 1))
                if round == last { kill(getpid(), SIGKILL) }
                try transaction.append(
                    AuditEvent(
                        AuditRecord(at: VaultFile.now(), action: .put, paths: []),
                        after: transaction.head(of: identity.publicIdentity.signingKey), by: identity, owners: [],
                        bindings: [], fingerprints: [], heads: []))
            }
        }
    }

    /// Reads until the store is as the writers leave it, and fails at the first thing that is not whole.
    static func read(_ path: String) async throws {
        let store = try SQLiteStore.open(path, busyWait: 120)
        var seen: UInt64 = 0
        for _ in 0..<rounds * 3 {
            let (row, count, due) = try await store.read { reader in
                (
                    try reader.row(id: shared), try reader.entryCount(space: SpaceID(ids.space)),
                    try reader.rows(space: SpaceID(ids.space), dueBy: .max, limit: 1).first
                )
            }
            // In one state there are as many rows as the shared one has versions, for each transaction adds one to both.
            guard let row, let due, try isWhole(row), try isWhole(due), row.version >= seen,
                UInt64(count) == row.version
            else { throw VaultError.damaged }
            seen = row.version
        }
    }
}
