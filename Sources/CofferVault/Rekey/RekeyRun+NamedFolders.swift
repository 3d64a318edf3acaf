// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

// Nothing is sealed again in a folder that an entry names: it may be that of the vault of which this one is a copy, and that one
// has other keys from here on. What waits there is taken in by a refresh; until then the older keys stay.
extension RekeyRun {
    /// Looks the folders up, once.
    ///
    /// Whoever records an intent from here on has met the run's generation, and seals its answer under that.
    func findNamedFolders() async throws {
        guard let naming, namedFolders.withLock({ $0 == nil }) else { return }
        var found: [NamedSpillFolder] = []
        var last: EntryID?
        while true {
            let after = last
            let page = try await vault.reading { [self] state, reader in
                let rows = try reader.rows(space: spaceID, after: after, limit: batchLength)
                let sealing = EntrySealing(space: try Self.space(spaceID, in: state))
                // What does not open keeps the older keys by itself.
                let entries = rows.filter { $0.state == naming.state }
                    .compactMap { try? sealing.open($0, asked: nil) }
                return (
                    end: rows.last?.id,
                    named: entries.compactMap { NamedSpillFolder($0, naming.folder($0), in: vault.store) }
                )
            }
            found += page.named
            guard let end = page.end else { break }
            last = end
        }
        namedFolders.withLock { $0 = found }
    }

    /// What in those folders still needs a generation before the run's; nil if nothing does.
    func obstacleElsewhere(_ reader: any StoreReading) throws -> RekeyReport.Reason? {
        for named in namedFolders.withLock({ $0 ?? [] }) {
            guard let row = try reader.row(id: named.id), row.spaceID == spaceID, row.version == named.version else {
                continue
            }
            do {
                if let bytes = try named.kept(in: vault.store), needsOlder(bytes) { return .spilled }
            } catch is VaultError {
                return .unsearched
            }
        }
        return nil
    }
}
