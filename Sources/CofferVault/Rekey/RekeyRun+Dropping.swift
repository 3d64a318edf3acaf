// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Synchronization

extension RekeyRun {
    /// Destroys the older generations if it is proven that nothing and nobody needs them.
    ///
    /// - Parameters:
    ///   - wait: How long to wait for refreshes that began before the newest generation did.
    ///   - clock: What waiting is done with.
    /// - Returns: what became of the space.
    /// - Throws: ``VaultError/damaged`` if this identity does not open the newest generation.
    func drop(wait: Duration, clock: any Clock<Duration>) async throws -> RekeyReport.Space {
        let isDamaged = report.withLock { !$0.damaged.isEmpty }
        let reason: RekeyReport.Reason?
        if isDamaged {
            reason = .damaged
        } else {
            try await resealSpill()
            try await prove()
            reason = try await dropping(wait: wait, clock: clock)
        }
        return report.withLock { report in
            report.kept = reason
            return report
        }
    }

    private func dropping<C: Clock>(wait: Duration, clock: C) async throws -> RekeyReport.Reason?
    where C.Duration == Duration {
        let deadline = clock.now.advanced(by: wait)
        while true {
            let reason = try await tryDrop()
            guard reason == .refreshing, clock.now < deadline else { return reason }
            try await clock.sleep(for: .milliseconds(250))
            // What has ended meanwhile may have spilled.
            try await resealSpill()
        }
    }

    /// Seals answers in the spill folder again; one whose refresh is still under way is left for now.
    private func resealSpill() async throws {
        for (id, version) in try vault.store.spill.places() {
            guard let lock = try vault.tryLock(id) else { continue }
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

    // MARK: - Proof

    /// Proves that this identity opens the newest generation from what is stored, and nothing else in memory.
    ///
    /// - Throws: ``VaultError/damaged``.
    private func prove() async throws {
        let text = IdentityText(identity: vault.identity, pin: vault.pin)
        let fresh = try await Vault.unlock(vault.store, with: text, now: vault.now)
        try await fresh.reading { [spaceID] state, reader in
            let space = try Self.space(spaceID, in: state)
            try Self.prove(space)
            // One row is as good as all: each was opened and sealed by the same keys.
            guard let row = try reader.rows(space: spaceID, after: nil, limit: 1).first else { return }
            guard row.generation == space.current.generation,
                try EntrySealing(space: space).open(row, asked: nil).issue != nil
            else { throw VaultError.damaged }
        }
    }

    /// Seals something and opens it: the keys belong together, and to the public key in the manifest.
    private static func prove(_ space: UnlockedSpace) throws {
        guard let trace = space.trace else { throw VaultError.damaged }
        try trace.prove()
        let path = try CredentialPath("\(space.name)/proof")
        var fields = FieldTable()
        fields.set(EntrySealing.Tag.firstOwn, text: "proof")
        let draft = EntryDraft(path, kind: .secret, use: fields, issue: fields)
        let sealing = EntrySealing(space: space)
        let entry = try sealing.open(try sealing.seal(draft, id: .random(), version: 1), asked: path)
        guard entry.use == fields, entry.issue == fields else { throw VaultError.damaged }
    }

    // MARK: - Dropping

    /// Ends the transaction that would drop a generation which is still needed.
    private struct Obstacle: Error {
        let reason: RekeyReport.Reason
    }

    /// One attempt: what would need an older generation is looked for in the transaction that drops it.
    private func tryDrop() async throws -> RekeyReport.Reason? {
        let newest = try Self.space(spaceID, in: vault.state).current.generation
        let numbers = vault.state.manifest.spaces.first { $0.id == spaceID }?.generations.map(\.number) ?? []
        guard numbers.contains(where: { $0 < newest }) else { return nil }
        do {
            let dropped = try await vault.dropGenerations(of: name, below: newest, reason: reason) { reader in
                if let reason = try self.obstacle(to: newest, reader) { throw Obstacle(reason: reason) }
            }
            report.withLock { $0.dropped += dropped }
            return nil
        } catch let obstacle as Obstacle {
            return obstacle.reason
        }
    }

    /// What still needs a generation before `newest`; nil if nothing does.
    private func obstacle(to newest: UInt32, _ reader: any StoreReading) throws -> RekeyReport.Reason? {
        if let oldest = try reader.oldestGeneration(space: spaceID), oldest < newest { return .damaged }
        let held = Set(try vault.store.heldLocks()).intersection(early)
        if try held.contains(where: { try isEntry($0, reader) }) { return .refreshing }
        for (id, version) in try vault.store.spill.places() {
            guard let row = try reader.row(id: id), row.spaceID == spaceID, row.version == version,
                let bytes = try vault.store.spill.kept(for: id).first(where: { $0.version == version })?.bytes
            else { continue }
            // What can't be read here may be whole for whoever wrote it.
            let generation = try? SpilledAnswer(decoding: bytes).generation
            if generation.map({ $0 < newest }) ?? true { return .spilled }
        }
        return nil
    }

    private func isEntry(_ place: LockPlace, _ reader: any StoreReading) throws -> Bool {
        try reader.rows(space: spaceID, after: place.idBefore, limit: 1).contains { LockPlace($0.id) == place }
    }
}
