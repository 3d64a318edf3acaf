// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// An entry's version as it was read: what lets a value out only while it still stands.
package struct EntryFence: Sendable, Equatable {
    /// The entry.
    package let id: EntryID
    /// The version that was read.
    package let version: UInt64

    /// Makes a fence.
    package init(_ id: EntryID, version: UInt64) {
        self.id = id
        self.version = version
    }

    /// The fence of an entry.
    package init(_ entry: Entry) {
        self.init(entry.id, version: entry.version)
    }
}

extension Vault {
    /// Records an event that lets values out, in the transaction that confirms that they still stand.
    ///
    /// Between reading and handing out, another process may have replaced, removed or tainted the entry, and may have
    /// told its user so. The commit of this event is the moment of the hand-out: it lies before that change or fails.
    ///
    /// - Throws: ``VaultError/Code/conflict`` if an entry has changed since it was read.
    package func record(_ record: AuditRecord, whileUnchanged fences: [EntryFence]) async throws {
        if store.isReadOnly {
            try await passUnrecorded(record.action)
            return try await reading { _, reader in try Self.require(fences, reader) }
        }
        try await writing(.flushed) { state in
            { transaction in
                try Self.require(fences, transaction)
                try state.append(record, bindings: [], fingerprints: [], to: transaction)
            }
        }
    }

    private static func require(_ fences: [EntryFence], _ reader: any StoreReading) throws {
        for fence in fences {
            guard try reader.row(id: fence.id)?.version == fence.version else {
                throw VaultError(.conflict, "the entry was changed by another process; try again")
            }
        }
    }
}
