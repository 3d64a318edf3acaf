// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What must be known before an agent may stand in for a vault; no key is needed for it.
extension VaultLocation {
    /// Whether the identity's file is not there; of another source nobody knows before it is read.
    package var lacksIdentity: Bool { identityPath.map { !AtomicFile.exists($0) } ?? false }

    /// The id that the vault says it has, in hexadecimal; nothing is verified.
    ///
    /// - Throws: ``VaultError`` for what is no vault.
    package func claimedVaultID() async throws -> String {
        try await Self.openStore(toRead: vaultPath).readAtOnce { try $0.vaultID().description }
    }
}
