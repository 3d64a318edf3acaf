// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// Every entry whose path begins with a text, sorted by path, without an event in the vault's record.
    ///
    /// For the shell of whoever types a path, which asks at each press of a key: the record would be full of it, and whoever has the
    /// identity reads names without us.
    package func names(beginning start: String) async throws -> [EntryView] {
        try await vault.inspectAll().filter { $0.path.description.hasPrefix(start) }.map(EntryView.init)
    }
}
