// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Synchronization

/// A store in memory: what the tests of the vault tamper with, and the second store that the conformance suite runs on.
final class MemoryStore: VaultStore {
    /// Everything that is stored, for an attacker to change.
    struct Contents {
        var manifests: [UInt64: [UInt8]] = [:]
        var entries: [EntryID: EntryRow] = [:]
        var audit: [SigningPublicKey: [UInt64: (hash: Digest, bytes: [UInt8])]] = [:]
        var writes: [EntryID: [UInt64: (signer: SigningPublicKey, sequence: UInt64)]] = [:]
        var fingerprints: [FingerprintKey: StoredFingerprint] = [:]
        var journals: [EntryID: [UInt32: JournalRow]] = [:]
        var journalOrder: [EntryID] = []
        var wishes: [WishKey: StoredWish] = [:]
        var bundleEnvelope: [UInt8]?
        var collected: [VaultID: [UInt64: [UInt8]]] = [:]
        var passphraseBoxes: [SigningPublicKey: StoredPassphraseBox] = [:]
    }

    /// The key of a fingerprint.
    struct FingerprintKey: Hashable {
        var spaceID: SpaceID
        var tag: Digest
    }

    /// The key of a wish.
    struct WishKey: Hashable {
        var entry: EntryID
        var signer: SigningPublicKey
    }

    private let contents = Mutex(Contents())
    private let held = Mutex<Set<EntryID>>([])
    private let spillFolder = MemorySpill()
    private let counter = MemoryCounter()

    var change: (any ChangeCounter)? { counter }

    var spill: any SpillStore { spillFolder }

    /// Changes what is stored behind the vault's back.
    func tamper<Result>(_ body: (inout sending Contents) throws -> sending Result) rethrows -> sending Result {
        try contents.withLock(body)
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any StoreReading) throws -> Result
    ) async throws -> Result {
        try body(MemoryTransaction(contents.withLock { $0 }, of: self))
    }

    func write<Result: Sendable>(
        _ durability: Durability, _ body: @escaping @Sendable (any StoreWriting) throws -> Result
    ) async throws -> Result {
        try contents.withLock { contents in
            let transaction = MemoryTransaction(contents, of: self)
            let result = try body(transaction)
            if transaction.changesContents { counter.step() }
            contents = transaction.contents
            if transaction.changesContents { counter.step() }
            if transaction.leavesWish { counter.stepWishes() }
            return result
        }
    }

    var isReadOnly: Bool { false }

    func truncateLog() async throws {}

    func copy(to path: String, progress: @escaping @Sendable (StoreCopyProgress) throws -> Void) async throws {
        throw VaultError(.unsuitable, "a store in memory has no file to copy")
    }

    func integrity() async throws -> [String] {
        contents.withLock { contents in
            let stray = contents.writes.flatMap { entry in
                entry.value.filter { contents.audit[$0.value.signer]?[$0.value.sequence] == nil }
                    .map { "version \($0.key) of entry \(entry.key) names an event that is not there" }
            }
            return Array(stray.sorted().prefix(StoreCheck.limit))
        }
    }

    func tryLock(_ id: EntryID) throws -> (any StoreLock)? {
        guard held.withLock({ $0.insert(id).inserted }) else { return nil }
        return MemoryLock { [weak self] in _ = self?.held.withLock { $0.remove(id) } }
    }
}

extension MemoryStore {
    func heldLocks() throws -> [LockPlace] { held.withLock { $0.map(LockPlace.init) } }
}

/// A lock that gives itself back with its last reference, as a descriptor does.
private final class MemoryLock: StoreLock {
    private let giveBack: Mutex<(@Sendable () -> Void)?>

    init(_ giveBack: @escaping @Sendable () -> Void) {
        self.giveBack = Mutex(giveBack)
    }

    func release() {
        giveBack.withLock { body in
            body?()
            body = nil
        }
    }

    deinit { release() }
}

/// Spilled bytes in memory.
private final class MemorySpill: SpillStore {
    private struct State {
        var kept: [EntryID: [UInt64: [UInt8]]] = [:]
        var hasReserve = false
    }

    private let state = Mutex(State())

    func keep(_ bytes: [UInt8], for id: EntryID, version: UInt64) throws {
        state.withLock { $0.kept[id, default: [:]][version] = bytes }
    }

    func kept(for id: EntryID) throws -> [(version: UInt64, bytes: [UInt8])] {
        state.withLock { $0.kept[id, default: [:]] }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    func places() throws -> [(id: EntryID, version: UInt64)] {
        state.withLock { $0.kept.flatMap { id, versions in versions.keys.map { (id, $0) } } }
    }

    func forget(_ id: EntryID, version: UInt64) throws {
        state.withLock { _ = $0.kept[id]?.removeValue(forKey: version) }
    }

    func releaseReserve() -> Bool {
        state.withLock { state in
            defer { state.hasReserve = false }
            return state.hasReserve
        }
    }

    func ensureReserve() throws {
        state.withLock { $0.hasReserve = true }
    }
}
