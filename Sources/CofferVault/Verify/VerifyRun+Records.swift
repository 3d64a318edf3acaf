// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

extension VerifyRun {
    private static let remedy = "keep a copy of the vault as it is, then restore a backup"

    // MARK: - Journals

    /// Checks every journal of a rotation: places, signatures, boxes, and that its end is the newest.
    func checkJournals() async throws {
        let keys = try await vault.reading { _, reader in try reader.journalKeys() }
        for (count, key) in keys.enumerated() {
            try await vault.reading { state, reader in
                try self.contents.withLock { contents in
                    try contents.chains.finish(state, reader)
                    try Self.checkJournal(key, state, reader, &contents)
                }
            }
            tell(.journals, count + 1)
        }
    }

    private static func checkJournal(
        _ key: [UInt8], _ state: VaultState, _ reader: any StoreReading, _ contents: inout Contents
    ) throws {
        guard let id = try? EntryID(key) else {
            contents.list.add(.damaged, "a journal", "its rotation's id is none", remedy: remedy)
            return
        }
        let place = "journal of rotation r-" + String(id.description.prefix(16))
        contents.chains.markSeen(id)
        guard let rows = try? reader.journal(of: id), let last = rows.last else {
            contents.list.add(.damaged, place, "its columns can't be read", remedy: remedy)
            return
        }
        contents.report.counts.journalEvents += rows.count
        var faults: [String] = []
        if zip(rows, 0...).contains(where: { Int($0.index) != $1 || $0.spaceID != last.spaceID }) {
            faults.append("events are missing or belong to another space")
        }
        for row in rows {
            if let fault = fault(in: row, state, &contents) { faults.append("event \(row.index + 1): " + fault) }
        }
        let hash = NewestBindings.Words4(last.hash(in: state.pin.vaultID))
        let newest = contents.chains.binding(of: id, in: last.spaceID)
        if newest?.version != UInt64(last.index) + 1 || newest?.hash != hash {
            faults.append("its last event is not the one that was written last")
        }
        if faults.isEmpty {
            checkIndexed(id, place, last.spaceID, reader, &contents)
        } else {
            contents.list.add(.damaged, place, faults.joined(separator: "; "), remedy: remedy)
        }
    }

    private static func fault(in row: JournalRow, _ state: VaultState, _ contents: inout Contents) -> String? {
        guard let space = state.manifest.spaces.first(where: { $0.id == row.spaceID }),
            let generation = space.generations.first(where: { $0.number == row.generation })
        else { return "it lies in a space or generation that there is not" }
        do {
            try generation.signingKey.verify(
                row.signature, of: JournalRow.signedMessage(row.hash(in: state.pin.vaultID)))
        } catch {
            return "its signature is wrong"
        }
        guard let unlocked = state.spaces[space.name], unlocked.role > .reader else {
            contents.closedSpaces.insert(space.name)
            return nil
        }
        return (try? Vault.open(row, in: unlocked)) == nil ? "its box does not open" : nil
    }

    // MARK: - Index and fingerprints

    /// Checks that the index of written versions names nothing but events that wrote them.
    ///
    /// The other way round was checked while the chains were read. Only if the numbers differ is each row looked at.
    func checkIndex() async throws {
        let isComplete = try await vault.reading { state, reader in
            try self.contents.withLock { contents in
                try contents.chains.finish(state, reader)
                return try reader.bindingCount() == contents.chains.indexedCount
            }
        }
        if isComplete { return }
        var last: StoredBinding?
        while true {
            let after = last
            last = try await vault.reading { _, reader in
                let page = try reader.bindings(after: after, limit: Self.pageLength * 8)
                var events: [AuditHead: AuditEvent] = [:]
                for row in page {
                    // One event wrote many rows, seldom with neighbouring ids.
                    let key = AuditHead(signer: row.signer, sequence: row.sequence, hash: .zero)
                    if events[key] == nil {
                        let stored = try reader.storedEvents(of: row.signer, from: row.sequence, limit: 1).first
                        events[key] = stored.flatMap {
                            $0.sequence == row.sequence ? try? AuditEvent(decoding: $0.bytes) : nil
                        }
                    }
                    if events[key]?.bindings.contains(where: {
                        $0.entryID == row.entryID && $0.version == row.version
                    }) != true {
                        self.add(
                            .damaged, "index of events, entry \(row.entryID)",
                            "it names an event that did not write version \(row.version)", remedy: Self.remedy)
                    }
                }
                return page.last
            }
            if last == nil { return }
        }
    }

    /// Checks that the table of fingerprints says what the events say; that none is missing was checked while the chains
    /// were read.
    func checkFingerprints() async throws {
        for space in vault.state.manifest.spaces {
            var last: Digest?
            while true {
                let after = last
                last = try await vault.reading { state, reader in
                    let page = try reader.fingerprints(space: space.id, after: after, limit: Self.pageLength)
                    try self.contents.withLock { contents in
                        try contents.chains.finish(state, reader)
                        contents.report.counts.fingerprints += page.count
                        for row in page { Self.compare(row, &contents) }
                    }
                    return page.last?.tag
                }
                if last == nil { break }
                tell(.fingerprints, contents.withLock { $0.report.counts.fingerprints })
            }
        }
    }

    private static func compare(_ row: StoredFingerprint, _ contents: inout Contents) {
        let fault =
            switch contents.chains.fingerprints.verdict(on: row) {
            case .same: ""
            case .unknown: "no event of anybody who may write there kept it"
            case .elsewhere: "the events name another entry or field for it"
            case .notSpent: "it is marked as spent, and no event says so: its account would be taken out of service"
            }
        guard !fault.isEmpty else { return }
        contents.list.add(
            // Of a broken chain it was said already, and the event may be what is missing.
            contents.chains.isTrustworthy ? .damaged : .warning, "fingerprint of entry \(row.entryID)", fault,
            remedy: remedy)
    }

    // MARK: - Spill folder

    /// Checks every answer that waits in the spill folder.
    func checkSpill() async throws {
        for (id, version) in try vault.store.spill.places() {
            contents.withLock { $0.report.counts.spillFiles += 1 }
            let bytes = try vault.store.spill.kept(for: id).first { $0.version == version }?.bytes
            guard let bytes else { continue }
            try await vault.reading { state, reader in
                self.checkSpilled(bytes, id, version, state, try reader.row(id: id))
            }
        }
    }

    /// Checks the answers that wait in folders which intents name, as where the vault was moved.
    func checkNamedSpill() async throws {
        for named in contents.withLock({ $0.namedFolders }) {
            let bytes: [UInt8]?
            do {
                bytes = try named.kept(in: vault.store)
            } catch let error as VaultError {
                add(
                    .warning, "entry \(named.path)",
                    "an answer may wait for it in \(named.folder), which can't be looked into: \(error.message)",
                    remedy: "mend that, then run: coffer refresh")
                continue
            }
            guard let bytes else { continue }
            contents.withLock { $0.report.counts.spillFiles += 1 }
            try await vault.reading { state, reader in
                self.checkSpilled(
                    bytes, named.id, named.version, state, try reader.row(id: named.id), in: named.folder)
            }
        }
    }

    private func checkSpilled(
        _ bytes: [UInt8], _ id: EntryID, _ version: UInt64, _ state: VaultState, _ row: EntryRow?,
        in folder: String? = nil
    ) {
        let place = "spilled answer \(id)-\(version)" + (folder.map { " in \($0)" } ?? "")
        guard let row, row.version == version else {
            add(.warning, place, "it belongs to a version that is no more, and counts for nothing")
            return
        }
        guard let space = state.spaces.values.first(where: { $0.id == row.spaceID }), space.role > .reader else {
            add(.unchecked, place, "this identity holds no key for it")
            return
        }
        let opened = (try? SpilledAnswer(decoding: bytes)).flatMap {
            try? $0.open(for: id, version: version, in: space)
        }
        if opened == nil {
            add(.damaged, place, "it does not open", remedy: "connect the account anew")
        } else {
            add(
                .warning, place, "an answer waits to be taken into the vault",
                remedy: "make room on the disk, then run: coffer refresh")
        }
    }
}
