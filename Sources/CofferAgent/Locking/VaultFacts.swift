// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What is known of the vault whether it is locked or not; nothing of it is secret.
struct VaultFacts: Equatable {
    /// The vault's id.
    let vaultID: String
    /// The name that the vault's members know the identity by; nil before it was opened for the first time.
    let identityName: String?
    /// Whether it refreshes anything itself; nil likewise.
    let refreshes: Bool?
    /// Which identity it is, and what it may do where; nil likewise.
    let rights: String?
    /// Which file it was opened from, as a client names it; nil likewise, and where that is not known.
    let file: String?

    /// What an open vault tells.
    init(_ keeper: Keeper) {
        (vaultID, identityName, refreshes) = (keeper.vaultID, keeper.identityName, keeper.refreshes)
        (rights, file) = (keeper.rights, keeper.vaultFile)
    }

    /// What is known of one that nobody has opened.
    init(vaultID: String) {
        (self.vaultID, identityName, refreshes, rights, file) = (vaultID, nil, nil, nil, nil)
    }
}
