// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault

extension Keeper {
    /// The shortest passphrase that an identity is sealed under, in bytes.
    ///
    /// Whoever copies the vault guesses offline, with nobody to slow him down but Argon2id. NIST SP 800-63B-4 §3.1.1.2 asks
    /// for 15 characters where a password is all there is.
    package static var shortestPassphraseBytes: Int { 15 }

    /// Keeps the identity in use in the vault, sealed under a passphrase; one that was kept before is replaced.
    ///
    /// - Returns: whether the identity under an earlier passphrase may still lie in the vault's log.
    /// - Throws: ``KeeperError/Code/usage`` for a passphrase that is too short, ``VaultError`` `not_permitted` for an owner
    ///   unless that is allowed.
    package func protectIdentity(under passphrase: Secret, allowingOwner: Bool) async throws -> Bool {
        guard passphrase.byteCount >= Self.shortestPassphraseBytes else {
            throw KeeperError(
                .usage,
                "the passphrase is too short: whoever copies the vault can guess at it, so it has at least "
                    + "\(Self.shortestPassphraseBytes) characters")
        }
        return try await vault.keepSealedIdentity(under: passphrase, allowingOwner: allowingOwner, reason: reason)
    }

    /// Takes the sealed form of the identity in use out of the vault.
    ///
    /// - Returns: whether it may still lie in the vault's log.
    /// - Throws: ``VaultError/Code/missing`` if there is none.
    package func unprotectIdentity() async throws -> Bool {
        try await vault.removeSealedIdentity(reason: reason)
    }
}
