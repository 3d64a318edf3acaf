// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension SeenPlace {
    /// The newest manifest of a vault that an identity has seen here; nil without a record.
    package func pin(of vaultID: VaultID, by identity: Identity) -> Pin? {
        SeenFile(self, of: vaultID, by: identity).load()?.pin
    }

    /// Sets aside what an identity has seen of a vault, because somebody decided to trust another line of it.
    ///
    /// Spent refresh tokens stay known: one that was sent is worth nothing on any line.
    package func setAside(_ vaultID: VaultID, by identity: Identity) {
        let record = SeenFile(self, of: vaultID, by: identity).path
        for path in [record, record + ".versions"] where AtomicFile.exists(path) && rename(path, path + ".aside") != 0 {
            warn("the record of what this machine has seen can't be set aside; remove \(path) by hand")
        }
    }
}
