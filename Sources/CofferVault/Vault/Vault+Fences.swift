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
    /// - Parameters:
    ///   - record: The event.
    ///   - fences: The entries, as they were read.
    ///   - durability: Synced where what is let out outlives this machine's power, as a file does.
    /// - Throws: ``VaultError/Code/conflict`` if an entry has changed since it was read; ``VaultError/Code/damaged`` if this
    ///   machine has seen a newer version before.
    package func record(
        _ record: AuditRecord, whileUnchanged fences: [EntryFence], _ durability: Durability = .flushed
    ) async throws {
        let restoredAt = restoredAt
        try await confirmNotOlder(fences)
        if store.isReadOnly {
            try await passUnrecorded(record.action)
            try await reading { _, reader in try Self.require(fences, reader) }
        } else {
            try await writing(durability) { state in
                { transaction in
                    try Self.require(fences, transaction)
                    try state.append(record, bindings: [], fingerprints: [], to: transaction)
                }
            }
        }
        if !fences.isEmpty { seen?.versions?.keep(fences, restoredAt: restoredAt) }
    }

    /// Confirms that no entry is older than what this machine has seen of it.
    ///
    /// - Parameter fences: The entries, as they were read.
    /// - Throws: ``VaultError/Code/conflict`` if an entry has changed since it was read; ``VaultError/Code/damaged`` if this
    ///   machine has seen a newer version before.
    package func confirmNotOlder(_ fences: [EntryFence]) async throws {
        guard !fences.isEmpty, let versions = seen?.versions, !versions.allows(fences, restoredAt: restoredAt) else {
            return
        }
        // Another process may have replaced it since it was read here, and seen that: then nobody put anything back.
        try await reading { _, reader in try Self.require(fences, reader) }
        throw Self.olderRow
    }

    /// Remembers versions that were written here, or refused, as if they had been handed out: an older row that is put
    /// back is refused from now on, until an owner restores the vault.
    package func rememberSeen(_ fences: [EntryFence]) {
        if !fences.isEmpty { seen?.versions?.keep(fences, restoredAt: restoredAt) }
    }

    /// The epoch of the restoration that versions stand after; 0 for none.
    var restoredAt: UInt64 { state.manifest.restoration?.epoch ?? 0 }

    /// The failure of a row that has gone back, while the vault around it has not.
    private static let olderRow = VaultError(
        .damaged,
        "an entry is older than what this machine has seen of it before: an earlier version was put in its place",
        hint: "coffer verify names it; keep a copy of the vault as it is, then restore a backup, "
            + "or remove the entry and store it anew")

    private static func require(_ fences: [EntryFence], _ reader: any StoreReading) throws {
        for fence in fences {
            guard try reader.row(id: fence.id)?.version == fence.version else {
                throw VaultError(.conflict, "the entry was changed by another process; try again")
            }
        }
    }
}
