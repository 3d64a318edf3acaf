// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import Foundation

extension Vault {
    /// Opens the entry at a path without an audit event of its own.
    ///
    /// For what Coffer needs itself before it acts; whoever lets a value out calls ``record(_:)`` first, and
    /// whoever acts on it writes, which is an event.
    package func inspect(_ path: CredentialPath) async throws -> Entry? {
        try await reading { state, reader in
            let space = try state.space(of: path)
            return try Self.row(of: path, in: space, reader).map {
                try EntrySealing(space: space).open($0, asked: path)
            }
        }
    }

    /// Opens an entry by its id, without an audit event of its own.
    package func inspect(_ id: EntryID) async throws -> Entry? {
        try await reading { state, reader in
            guard let row = try reader.row(id: id) else { return nil }
            guard row.id == id else { throw VaultError.damaged }
            return try state.sealing(for: row).open(row, asked: nil)
        }
    }

    /// Opens an entry by its id, and the one at the path above it, of one state of the store, without an audit event of its own.
    ///
    /// - Returns: nil where there is no such entry; the second is nil where nothing lies above it.
    package func inspectWithParent(_ id: EntryID) async throws -> (entry: Entry, parent: Entry?)? {
        try await reading { state, reader in
            guard let row = try reader.row(id: id) else { return nil }
            guard row.id == id else { throw VaultError.damaged }
            let entry = try state.sealing(for: row).open(row, asked: nil)
            guard let path = entry.path.parent else { return (entry: entry, parent: nil) }
            let space = try state.space(of: path)
            let parent = try Self.row(of: path, in: space, reader).map {
                try EntrySealing(space: space).open($0, asked: path)
            }
            return (entry: entry, parent: parent)
        }
    }

    /// Opens several entries of one state of the store, without an audit event of its own.
    package func inspect(all paths: [CredentialPath]) async throws -> [CredentialPath: Entry] {
        try await reading { state, reader in
            var found: [CredentialPath: Entry] = [:]
            for path in paths {
                let space = try state.space(of: path)
                guard let row = try Self.row(of: path, in: space, reader) else { continue }
                found[path] = try EntrySealing(space: space).open(row, asked: path)
            }
            return found
        }
    }

    /// Opens every entry this identity may see, sorted by path, without an audit event of its own.
    package func inspectAll() async throws -> [Entry] {
        try await reading { state, reader in
            try state.spaces.values.flatMap { space in
                try reader.rows(space: space.id).map { try EntrySealing(space: space).open($0, asked: nil) }
            }.sorted { $0.path < $1.path }
        }
    }

    /// Opens every entry that can be opened, row by row, and names the others: for a vault that may be damaged.
    ///
    /// - Returns: the entries, sorted by path, and the ids of the rest as they are stored.
    package func inspectReadable() async throws -> (entries: [Entry], unreadable: [[UInt8]]) {
        try await reading { state, reader in
            var found: (entries: [Entry], unreadable: [[UInt8]]) = ([], [])
            var seen: Set<[UInt8]> = []
            var last: [UInt8] = []
            while true {
                let keys = try reader.entryKeys(after: last, limit: 1000)
                guard let newest = keys.last, last.lexicographicallyPrecedes(newest) else { break }
                // A damaged index may lead to the same row twice.
                for key in keys where seen.insert(key).inserted {
                    guard let id = try? EntryID(key), let row = try? reader.row(id: id), row.id == id,
                        let entry = try? state.sealing(for: row).open(row, asked: nil)
                    else {
                        found.unreadable.append(key)
                        continue
                    }
                    found.entries.append(entry)
                }
                last = newest
            }
            found.entries.sort { $0.path < $1.path }
            return found
        }
    }

    /// Opens the entries that are due by an instant, earliest first, without an audit event of its own.
    package func inspectDue(by instant: Date, limit: Int = .max) async throws -> [Entry] {
        try await reading { state, reader in
            let due = try state.spaces.values.flatMap { space in
                try reader.rows(space: space.id, dueBy: instant.millisecondsSince1970, limit: limit)
                    .map { try EntrySealing(space: space).open($0, asked: nil) }
            }
            return Array(due.sorted { ($0.dueAt ?? instant) < ($1.dueAt ?? instant) }.prefix(limit))
        }
    }

    static func row(
        of path: CredentialPath, in space: UnlockedSpace, _ reader: any StoreReading
    ) throws -> EntryRow? {
        // The newest generation first: during a re-keying an entry may still lie under an older one.
        for keys in space.generations.reversed() {
            let lookup = try space.lookup(path.description, in: keys)
            if let row = try reader.row(space: space.id, lookup: lookup) {
                guard row.lookup == lookup else { throw VaultError.damaged }
                return row
            }
        }
        return nil
    }
}
