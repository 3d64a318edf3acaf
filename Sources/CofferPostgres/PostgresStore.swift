// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

/// A vault in a PostgreSQL database, through libpq.
///
/// Its tables lie in the schema `coffer`, so that a database holds one vault. It reads over one connection and writes over another, each
/// with a queue of its own, locks entries over a third, and hears of changes over a fourth. What could not be committed goes into a folder
/// of this machine. See docs/decisions/0030-postgres-store.md for how each promise of ``VaultStore`` is kept.
package struct PostgresStore: VaultStore {
    let reader: Session
    let writer: Session
    let locks: LockSession
    private let spillFolder: SpillFolder
    let feed: ChangeFeed
    private let paces: PaceSession
    /// What this process is called where agents divide what is due.
    let holder = EntryID.random()
    /// Whether nothing can be written: the server is a standby, or says so of the database.
    package let isReadOnly: Bool

    /// The place for what could not be committed.
    package var spill: any SpillStore { spillFolder }

    /// Tells of changes that any machine makes: of this process's own at once, of those of others within ``Bounds/news``.
    package var change: (any ChangeCounter)? { feed }

    init(
        reader: Session, writer: Session, locks: LockSession, feed: ChangeFeed, paces: PaceSession,
        spill: SpillFolder, isReadOnly: Bool
    ) {
        self.reader = reader
        self.writer = writer
        self.locks = locks
        self.feed = feed
        self.paces = paces
        spillFolder = spill
        self.isReadOnly = isReadOnly
    }

    /// Places under rate limits that all machines on the database see; a standby has none, since its copy of that table is empty.
    package var sharedPaces: (any SharedPaces)? { isReadOnly ? nil : paces }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await reader.run(
            afterwards: { connection in connection.endReading() },
            { connection, _ in try connection.reading { try body($0) } })
    }

    package func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        guard !isReadOnly else { throw VaultError(.unreadable, "the vault's database can't be written") }
        return try await writer.run { [record = feed.record] connection, _ in
            try connection.write(durability, noting: record) { try body($0) }
        }
    }

    package func tryLock(_ id: EntryID) async throws -> (any StoreLock)? { try await locks.tryLock(id) }

    package func heldLocks() async throws -> [LockPlace] { try await locks.held() }
}
