// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension Vault {
    /// Seals fields under the issue key into the spill folder, for an answer that could not be committed.
    package func spill(_ fields: FieldTable, for entry: Entry) throws {
        let answer = try SpilledAnswer(
            sealing: fields, for: entry.id, version: entry.version, in: state.space(of: entry.path))
        try store.spill.keep(answer.encoded, for: entry.id, version: entry.version)
    }

    /// What was spilled for exactly this version of an entry, opened; nil if nothing was.
    package func spilled(for entry: Entry) throws -> FieldTable? {
        let space = try state.space(of: entry.path)
        guard let kept = try store.spill.kept(for: entry.id).first(where: { $0.version == entry.version }) else {
            return nil
        }
        return try SpilledAnswer(decoding: kept.bytes).open(for: entry.id, version: entry.version, in: space)
    }

    /// The folder that an answer goes to which can't be committed, to be named before anything is sent; nil where there is none.
    package var spillFolder: String? { store.spill.place }

    /// What was spilled for exactly this version of an entry into a folder that the entry names; nil if nothing was.
    ///
    /// - Throws: ``VaultError/Code/unsafePermissions`` if the folder or the file is not this user's alone.
    package func spilled(for entry: Entry, in folder: String) throws -> FieldTable? {
        let space = try state.space(of: entry.path)
        guard let bytes = try store.spill.kept(for: entry.id, version: entry.version, in: folder) else { return nil }
        return try SpilledAnswer(decoding: bytes).open(for: entry.id, version: entry.version, in: space)
    }

    /// Whether anything was spilled for exactly this version of an entry into a folder that the entry names; it is not opened.
    ///
    /// - Throws: as ``spilled(for:in:)``.
    package func holdsSpill(for entry: Entry, in folder: String) throws -> Bool {
        try store.spill.kept(for: entry.id, version: entry.version, in: folder) != nil
    }

    /// Forgets what was spilled for a version of an entry, after it was committed.
    package func forgetSpill(for id: EntryID, version: UInt64) throws {
        try store.spill.forget(id, version: version)
    }

    /// Makes sure that there is reserved room on the disk before something is sent whose answer must be kept.
    package func reserveRoom() throws { try store.spill.ensureReserve() }

    /// Gives up the reserved room; false if there was none.
    package func releaseRoom() -> Bool { store.spill.releaseReserve() }

    /// Writes what ends an outage or contains a leak: where the disk takes no more, the reserved room is given up, and it is
    /// tried once more.
    func writingInNeed<Result: Sendable>(_ write: () async throws -> Result) async throws -> Result {
        do {
            return try await write()
        } catch let error as VaultError {
            guard error.code == .diskFull, releaseRoom() else { throw error }
            return try await write()
        }
    }
}
