// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A folder that an entry names for the answer to its open intent, and that is not the vault's own.
struct NamedSpillFolder: Sendable {
    /// The entry.
    let id: EntryID
    /// Its path.
    let path: CredentialPath
    /// The version that the answer belongs to.
    let version: UInt64
    /// The folder, as the vault says: anybody's word who may write it.
    let folder: String

    /// What an entry names; nil if that is nothing, or the vault's own folder, which is looked into anyway.
    init?(_ entry: Entry, _ folder: String?, in store: any VaultStore) {
        guard let folder, folder != store.spill.place else { return nil }
        id = entry.id
        path = entry.path
        version = entry.version
        self.folder = folder
    }

    /// What lies there for exactly this version; nil if nothing does.
    ///
    /// - Throws: ``VaultError`` if the folder can't be looked into.
    func kept(in store: any VaultStore) throws -> [UInt8]? {
        try store.spill.kept(for: id, version: version, in: folder)
    }
}
