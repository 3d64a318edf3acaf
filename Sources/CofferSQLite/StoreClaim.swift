// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// Keeps every other process, and every other handle of this one, out of a vault while its file is being replaced.
package struct StoreClaim: Sendable {
    /// The vault's file, without symbolic links; it may be missing.
    package let path: String
    private let lock: EntryLock

    init(path: String) throws(VaultError) {
        self.path = path
        lock = try PresenceLock(path: path + "-lock").claim()
    }

    /// Lets the others in; a second call does nothing.
    package func release() { lock.release() }
}
