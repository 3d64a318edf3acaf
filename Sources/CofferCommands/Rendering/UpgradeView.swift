// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What `coffer upgrade` says of a vault.
struct UpgradeView: Encodable {
    /// The vault's file, or the URL of its database.
    let vault: String

    /// The format that it has now.
    let format: UInt64

    /// The format that it had.
    let formatBefore: UInt64

    /// Takes what was done.
    init(_ vault: String, _ change: FormatChange) {
        self.vault = vault
        format = change.to
        formatBefore = change.from
    }

    /// The same for people.
    var facts: FactSheet {
        FactSheet([("vault", vault), ("format", "\(format)"), ("before", "\(formatBefore)")])
    }
}
