// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferVault

/// Refuses network file systems: neither SQLite's locks nor ours can be trusted there.
///
/// See https://sqlite.org/wal.html ("WAL does not work over a network filesystem").
package enum FileSystemKind {
    /// Whether a path is known to lie on a network file system.
    package static func isNetwork(_ path: String) -> Bool { coffer_is_on_network(path) != 0 }

    static func check(_ path: String) throws(VaultError) {
        guard !isNetwork(path) else {
            throw VaultError(
                .unsuitable,
                "\(path) is on a network file system, where locks can't be trusted; move it to a local disk")
        }
    }
}
