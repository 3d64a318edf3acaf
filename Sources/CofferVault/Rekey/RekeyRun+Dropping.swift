// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Synchronization

extension RekeyRun {
    /// How an attempt to retire the older generations ended.
    private enum Attempt {
        /// They are gone, or kept for a reason.
        case ended(RekeyReport.Reason?)
        /// A newer generation began, or something came to lie under an older one: all that was done and proven was for a
        /// state that is no more.
        case overtaken
    }

    /// Retires the older generations if it is proven that nothing and nobody needs them.
    ///
    /// - Parameters:
    ///   - wait: How long to wait for refreshes that began before the run did, and for whoever reads.
    ///   - clock: What waiting is done with.
    /// - Returns: whether the run is through; false if it has to be begun anew, since it was overtaken.
    /// - Throws: ``VaultError/damaged`` if this identity is not proven to open the newest generation.
    func drop(wait: Duration, clock: any Clock<Duration>) async throws -> Bool {
        guard report.withLock({ $0.damaged.isEmpty }) else {
            report.withLock { $0.kept = .damaged }
            return true
        }
        guard case .ended(let reason) = try await dropping(wait: wait, clock: clock) else { return false }
        report.withLock { $0.kept = reason }
        return true
    }

    private func dropping<C: Clock>(wait: Duration, clock: C) async throws -> Attempt where C.Duration == Duration {
        try await findNamedFolders()
        let deadline = clock.now.advanced(by: wait)
        var isTold = false
        while true {
            // Each time anew: what has ended meanwhile may have spilled, and what was proven before a wait may be so no more.
            try await resealSpill()
            let attempt = try await attempt()
            guard case .ended(let reason?) = attempt, reason.passes, clock.now < deadline else { return attempt }
            if !isTold { tell(RekeyProgress.Wait(reason: reason, limit: wait)) }
            isTold = true
            try await clock.sleep(for: .milliseconds(250))
        }
    }

    private func attempt() async throws -> Attempt {
        guard try await prove(.rowsToo) else { return .overtaken }
        // Before, not after: whoever is killed in between has old keys left that the next run retires, and not a log that
        // nobody thinks of.
        guard try await isLogClean() else { return .ended(.logged) }
        return try await tryDrop()
    }

    /// Takes what the old keys sealed out of the store's log; once that is done, nothing of it comes in again.
    private func isLogClean() async throws -> Bool {
        if isLogTruncated.withLock({ $0 }) { return true }
        do {
            try await vault.store.truncateLog()
        } catch let error as VaultError where error.code == .busy {
            return false
        }
        isLogTruncated.withLock { $0 = true }
        return true
    }

    /// Seals answers in the spill folder again; one whose refresh is still under way is left for now.
    private func resealSpill() async throws {
        for (id, version) in try vault.store.spill.places() {
            guard let lock = try await vault.tryLock(id) else { continue }
            defer { lock.release() }
            let (state, row) = try await vault.reading { state, reader in (state, try reader.row(id: id)) }
            let space = try Self.space(spaceID, in: state)
            guard let row, row.spaceID == spaceID, row.version == version,
                let bytes = try vault.store.spill.kept(for: id).first(where: { $0.version == version })?.bytes,
                let answer = try? SpilledAnswer(decoding: bytes), answer.generation < space.current.generation,
                let fields = try? answer.open(for: id, version: version, in: space)
            else { continue }
            let again = try SpilledAnswer(sealing: fields, for: id, version: version, in: space)
            try vault.store.spill.keep(again.encoded, for: id, version: version)
            report.withLock { $0.spillCount += 1 }
        }
    }

    // MARK: - Dropping

    /// Ends the transaction that would retire a generation which is still needed.
    private struct Obstacle: Error {
        let attempt: Attempt
    }

    /// One attempt: what would need an older generation is looked for in the transaction that retires it.
    private func tryDrop() async throws -> Attempt {
        // Another re-keying may have been through first.
        let numbers = vault.state.manifest.spaces.first { $0.id == spaceID }?.generations.map(\.number)
        if numbers == [target] { return .ended(nil) }
        do {
            let dropped = try await vault.dropGenerations(of: name, below: target, reason: reason) { reader in
                if let attempt = try self.obstacle(reader) { throw Obstacle(attempt: attempt) }
            }
            report.withLock { $0.dropped += dropped }
            return .ended(nil)
        } catch let obstacle as Obstacle {
            return obstacle.attempt
        }
    }

    /// What still needs a generation before the run's; nil if nothing does.
    private func obstacle(_ reader: any StoreReading) throws -> Attempt? {
        // While a transaction writes, the vault's state is the one that the store has, and stays it. Under a newer
        // generation than the run's, a lock that was taken meanwhile may be of one who spills under the run's.
        guard try Self.space(spaceID, in: vault.state).current.generation == target else { return .overtaken }
        if let oldest = try reader.oldestGeneration(space: spaceID), oldest < target { return .overtaken }
        let held = Set(try reader.heldLocks()).intersection(early)
        if try held.contains(where: { try isEntry($0, reader) }) { return .ended(.refreshing) }
        for (id, version) in try vault.store.spill.places() {
            guard let row = try reader.row(id: id), row.spaceID == spaceID, row.version == version,
                let bytes = try vault.store.spill.kept(for: id).first(where: { $0.version == version })?.bytes
            else { continue }
            if needsOlder(bytes) { return .ended(.spilled) }
        }
        return try obstacleElsewhere(reader).map { Attempt.ended($0) }
    }

    /// Whether an answer lies under a generation before the run's; what can't be read here may be whole for whoever wrote it.
    func needsOlder(_ bytes: [UInt8]) -> Bool {
        (try? SpilledAnswer(decoding: bytes).generation).map { $0 < target } ?? true
    }

    private func isEntry(_ place: LockPlace, _ reader: any StoreReading) throws -> Bool {
        try reader.rows(space: spaceID, after: place.idBefore, limit: 1).contains { LockPlace($0.id) == place }
    }
}
