// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Where a vault's rows lie: a SQLite file, later a PostgreSQL database.
///
/// A store knows nothing of keys; it keeps what it is given and promises the rest of this list, which one
/// conformance suite checks for every store, and the store's own tests where it takes another process that dies or waits:
/// - a transaction is whole or absent, also after a kill or a power cut (with ``Durability/synced``);
/// - two transactions that write do not overlap;
/// - a lock belongs to its holder alone and ends with its holder's process at the latest;
/// - ``change`` tells of every commit that changed a row, a manifest or a journal, before the writer's call returns; a store that
///   other machines use tells of theirs within a bound that it states;
/// - no call waits without bound: a store that is held longer fails with ``VaultError/Code/busy``;
/// - no call about locks waits for another machine on a thread on which tasks run.
package protocol VaultStore: Sendable {
    /// Runs `body` over one consistent state.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result

    /// Runs `body` as ``read(_:)`` does, on the thread that asks if it can: only for what is short, and asked while nobody
    /// else uses the store yet.
    func readAtOnce<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result

    /// Runs `body` in a transaction; what it throws undoes everything it did.
    ///
    /// A store may run it twice, if what it was committed with failed: it changes nothing but the store.
    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result

    /// Takes the lock of an entry if nobody has it, without waiting for its holder.
    ///
    /// A caller who is cancelled meanwhile gets it all the same.
    func tryLock(_ id: EntryID) async throws -> (any StoreLock)?

    /// What tells of changes that other processes make; nil where there is none, and then nothing is served from memory.
    var change: (any ChangeCounter)? { get }

    /// Numbers that all processes on the store see; nil where there can be none.
    ///
    /// - Throws: ``VaultError`` if what is there can't be used.
    func sharedCells() throws -> (any SharedCells)?

    /// Places under rate limits that all machines on the store see; nil for a store of one machine.
    var sharedPaces: (any SharedPaces)? { get }

    /// Takes this process's share of what is due, so that processes on other machines leave it alone for a while; less than that is
    /// taken where they were quicker.
    ///
    /// Advice and no lock: whoever works on an entry takes that as well.
    ///
    /// - Parameters:
    ///   - spaces: Where is looked.
    ///   - instant: By when it is due, in milliseconds since 1970.
    /// - Returns: what is taken, now or before, and is due still, the earliest first; nil for a store of one machine, whose processes
    ///   all look at everything.
    /// - Throws: ``VaultError`` as ``write(_:_:)`` does.
    func takeDue(in spaces: [SpaceID], by instant: Int64) async throws -> [(id: EntryID, at: Int64)]?

    /// The entries whose locks somebody holds, this process included.
    ///
    /// Whoever asks in a transaction asks that (``StoreReading/heldLocks()``).
    func heldLocks() async throws -> [LockPlace]

    /// Whether nothing can be written where the store lies; ``write(_:_:)`` then fails with
    /// ``VaultError/Code/unreadable``.
    var isReadOnly: Bool { get }

    /// The start since which nothing that was committed is lost, ``Durability/flushed`` or not; ``BootID/unknown`` where that may be
    /// lost without this machine's knowledge.
    var boot: BootID { get }

    /// Takes what was replaced out of the log, as far as a store can: what is overwritten is gone from the disk's files.
    ///
    /// - Throws: ``VaultError/Code/busy`` if somebody read all the while.
    func truncateLog() async throws

    /// Writes one consistent state into a new file while others go on reading and writing.
    ///
    /// - Parameters:
    ///   - path: The file; it must not exist, its folder must. It has no name before it is whole and synced.
    ///   - progress: Told what is copied, now and then; what it throws ends the copy, and no file is left.
    /// - Throws: ``VaultError/Code/exists`` if there is a file, ``VaultError/Code/diskFull``, what `progress` throws.
    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws

    /// What is wrong with the store itself, a sentence each; empty if nothing is.
    ///
    /// Only what needs no key: the structure of a file, things in it that nobody of ours made, indexes that lead
    /// nowhere. At most ``StoreCheck/limit`` sentences.
    func integrity() async throws -> [String]

    /// Where sealed answers go that could not be committed.
    var spill: any SpillStore { get }
}

extension VaultStore {
    package func sharedCells() throws -> (any SharedCells)? { nil }

    package var sharedPaces: (any SharedPaces)? { nil }

    package func takeDue(in spaces: [SpaceID], by instant: Int64) async throws -> [(id: EntryID, at: Int64)]? { nil }

    package func readAtOnce<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try await read(body)
    }

    package var boot: BootID { .present }
}

/// How far a copy is.
package struct StoreCopyProgress: Sendable, Equatable {
    /// Pages copied.
    package let pagesDone: Int
    /// Pages there are.
    package let pageCount: Int

    /// Makes a progress.
    package init(pagesDone: Int, pageCount: Int) {
        self.pagesDone = pagesDone
        self.pageCount = pageCount
    }
}

/// Bounds of what a store says about itself.
package enum StoreCheck {
    /// How many problems are named; a damaged file may have as many as it has pages.
    package static let limit = 100
}

/// What a commit survives.
package enum Durability: Sendable {
    /// A killed process, perhaps not a power cut: events of reading.
    case flushed
    /// A power cut.
    case synced
}

/// A lock that is held until it is released or its holder is gone.
package protocol StoreLock: Sendable {
    /// Gives the lock back; a second call does nothing.
    ///
    /// It waits for nobody: the store has it back before it answers what it is asked about locks next, and a store on another
    /// machine perhaps a little later than this returns.
    func release()

    /// Whether nobody else can have it now: false where it was lost though its holder lives, as with a connection to a database.
    func isHeld() async -> Bool

    /// How far the store's clock was ahead of this machine's when the lock was taken; zero where they agree, and for a store of one
    /// machine.
    ///
    /// What other machines hold against their own time is stored by the store's.
    var clockOffset: Duration { get }
}

extension StoreLock {
    package func isHeld() async -> Bool { true }

    package var clockOffset: Duration { .zero }
}

/// Which entries a lock is of: the store may know no more of an id than its first bits.
package struct LockPlace: Hashable, Sendable {
    /// The first 62 bits of the ids.
    private let bits: UInt64

    /// The place of an entry.
    package init(_ id: EntryID) {
        bits = id.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } >> 2
    }

    /// The place with a number, below 2^62.
    package init(number: UInt64) {
        bits = number
    }

    /// Its number, below 2^62.
    package var number: UInt64 { bits }

    /// The greatest id before all those of this place; nil if there is none.
    package var idBefore: EntryID? {
        guard bits > 0 else { return nil }
        let last = withUnsafeBytes(of: (bits << 2 - 1).bigEndian) { Array($0) }
        return try? EntryID(last + [UInt8](repeating: 0xFF, count: EntryID.byteCount - last.count))
    }
}

/// A place outside the store for what the store could not take.
package protocol SpillStore: Sendable {
    /// Keeps bytes under an entry and version, synced; refused if they can't be made durable.
    func keep(_ bytes: [UInt8], for id: EntryID, version: UInt64) throws
    /// What was kept for an entry, oldest version first.
    func kept(for id: EntryID) throws -> [(version: UInt64, bytes: [UInt8])]
    /// What is kept, in no order; files that are not ours are left out.
    func places() throws -> [(id: EntryID, version: UInt64)]
    /// Forgets what was kept under an entry and version.
    func forget(_ id: EntryID, version: UInt64) throws
    /// Gives up the reserved room on the disk; false if it was given up before.
    func releaseReserve() -> Bool
    /// Makes sure that room is reserved.
    func ensureReserve() throws
    /// The folder in which it keeps them, as a path from the root without links; nil where there is none.
    var place: String? { get }
    /// What was kept under an entry and version in another such folder; nil if nothing was.
    ///
    /// - Throws: ``VaultError/Code/unsafePermissions`` for a folder that is not this user's alone: a vault names it, and whoever
    ///   writes that one may have named any.
    func kept(for id: EntryID, version: UInt64, in place: String) throws -> [UInt8]?
}

extension SpillStore {
    package var place: String? { nil }

    package func kept(for id: EntryID, version: UInt64, in place: String) throws -> [UInt8]? { nil }
}
