// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension IdentityText {
    /// Writes the text into a file of mode 0600, in one step.
    ///
    /// - Throws: ``VaultError/Code/exists`` if one is there that may not be replaced, and what writing throws.
    func write(to path: String, replacing: Bool) throws(VaultError) {
        try written().withExposedBytes { (bytes) throws(VaultError) in
            try AtomicFile.write(bytes, to: path, replacing: replacing)
        }
    }
}
