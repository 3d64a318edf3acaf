// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation
import Synchronization

extension VerifyRun {
    private static let remedy =
        "keep a copy of the vault as it is, then restore this entry from a backup or connect it anew"

    /// Examines every row of every space, and compares it with the newest event that binds it.
    func checkRows() async throws {
        var last: [UInt8] = []
        var count = 0
        while true {
            let after = last
            let keys = try await vault.reading { state, reader in
                let keys = try reader.entryKeys(after: after, limit: Self.pageLength)
                try self.contents.withLock { contents in
                    // What was written meanwhile belongs to the picture: both are of one state of the store.
                    try contents.chains.finish(state, reader)
                    for key in keys { self.check(key, state, reader, &contents) }
                }
                return keys
            }
            guard let next = keys.last, last.lexicographicallyPrecedes(next) else { break }
            last = next
            count += keys.count
            tell(.entries, count)
        }
        let closed = contents.withLock { $0.closedSpaces.sorted() }
        for name in closed {
            add(.unchecked, "space \(name)", "boxes that this identity holds no key for were not opened")
        }
    }

    private func check(
        _ key: [UInt8], _ state: VaultState, _ reader: any StoreReading, _ contents: inout Contents
    ) {
        contents.report.counts.entries += 1
        let hexadecimal = key.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        guard let id = try? EntryID(key) else {
            contents.list.add(.damaged, "entry \(hexadecimal)", "its id is none", remedy: Self.remedy)
            return
        }
        contents.chains.markSeen(id)
        guard let row = try? reader.row(id: id), row.id == id else {
            contents.list.add(
                .damaged, "entry \(hexadecimal)", "its columns can't be read; nothing of it opens", remedy: Self.remedy)
            return
        }
        let examination = RowExamination(row, under: state)
        let place = "entry \(examination.path?.description ?? hexadecimal)"
        var faults = examination.faults
        // A bundle's rows are vouched for by whoever made it: nothing is ever written into it.
        if !state.isBundle, let fault = Self.compare(row, examination.hash, contents.chains) { faults.append(fault) }
        if faults.isEmpty, let entry = examination.entry {
            faults += compareIndex(of: entry, row)
            if let named = NamedSpillFolder(entry, spillFolder(entry), in: vault.store) {
                contents.namedFolders.append(named)
            }
        }
        if !faults.isEmpty {
            contents.list.add(
                .damaged, place, (faults + [examination.remains]).joined(separator: "; "), remedy: Self.remedy)
        } else if !examination.hasClosedBoxes {
            contents.report.counts.opened += 1
        }
        if examination.hasClosedBoxes, let space = state.manifest.spaces.first(where: { $0.id == row.spaceID }) {
            contents.closedSpaces.insert(space.name)
        }
        if faults.isEmpty { Self.checkIndexed(id, place, row.spaceID, reader, &contents) }
    }

    /// What the newest event that binds a row says against it; nil if they agree.
    private static func compare(_ row: EntryRow, _ hash: Digest, _ chains: ChainReading) -> String? {
        guard let newest = chains.binding(of: row.id, in: row.spaceID) else {
            return "no event of anybody who may write there says that it was written"
        }
        let writer = chains.writer(of: newest).name
        if newest.isRemoval { return "\(writer) removed it, and it was put back" }
        if row.version < newest.version {
            return "it is version \(row.version), put back over version \(newest.version) by \(writer)"
        }
        if row.version > newest.version {
            return "no event says that version \(row.version) was written; the newest is \(newest.version)"
        }
        return NewestBindings.Words4(hash) == newest.hash
            ? nil : "it is not the row that \(writer) wrote as version \(row.version)"
    }

    /// The index must lead to the newest event: without it the entry is not refreshed.
    static func checkIndexed(
        _ id: EntryID, _ place: String, _ space: SpaceID, _ reader: any StoreReading, _ contents: inout Contents
    ) {
        guard let newest = contents.chains.binding(of: id, in: space) else { return }
        let indexed = try? reader.binding(of: id, version: newest.version)
        let signer = contents.chains.writer(of: newest).key
        if indexed?.signer != signer || indexed?.sequence != newest.sequence {
            contents.list.add(
                .damaged, place, "the index does not lead to the event that wrote it; its content opens",
                remedy: Self.remedy)
        }
    }

    private func compareIndex(of entry: Entry, _ row: EntryRow) -> [String] {
        var faults: [String] = []
        switch index(entry) {
        case .unknown: break
        case .state(let state):
            if state != row.state { faults.append("its state in the index is not the one inside") }
        case .both(let dueAt, let state):
            if state != row.state { faults.append("its state in the index is not the one inside") }
            if dueAt != row.dueAt { faults.append("its due time in the index is not the one inside") }
        }
        return faults
    }

    // MARK: - What should be there

    /// Looks for rows that were bound last by a write and are not there.
    func checkAbsent() async throws {
        let absent = contents.withLock { $0.chains.newest.ids { !$0.isSeen && !$0.isRemoval } }
        for start in stride(from: 0, to: absent.count, by: Self.pageLength) {
            let page = absent[start..<min(start + Self.pageLength, absent.count)]
            try await vault.reading { state, reader in
                try self.contents.withLock { contents in
                    try contents.chains.finish(state, reader)
                    for id in page { try Self.checkAbsent(id, state, reader, &contents) }
                }
            }
        }
    }

    private static func checkAbsent(
        _ id: EntryID, _ state: VaultState, _ reader: any StoreReading, _ contents: inout Contents
    ) throws {
        guard let newest = contents.chains.newest.binding(of: id), !newest.isRemoval, !newest.isSeen,
            try reader.row(id: id) == nil, try reader.journal(of: id).isEmpty
        else { return }
        let writer = contents.chains.writer(of: newest)
        let stored = try reader.storedEvents(of: writer.key, from: newest.sequence, limit: 1).first
        let path = stored.flatMap { eventPath(of: id, in: $0, state) }
        contents.list.add(
            .damaged, "entry \(path ?? id.description)",
            "it was deleted without an event: \(writer.name) wrote version \(newest.version) of it last",
            remedy: Self.remedy)
    }

    /// The path that an event names for an id, for those who can open its body.
    private static func eventPath(of id: EntryID, in stored: StoredEvent, _ state: VaultState) -> String? {
        guard let event = try? AuditEvent(decoding: stored.bytes),
            let place = event.bindings.firstIndex(where: { $0.entryID == id }),
            let record = try? event.record(openedBy: state.identity), record.paths.count == event.bindings.count
        else { return nil }
        return record.paths[place]
    }
}
