// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault

/// An identity that is kept in the vault it opens, sealed under a passphrase.
package struct SealedIdentity: Sendable, Equatable {
    /// The name that the vault gives it.
    package let name: String
    /// The vault's file, or the URL of its database.
    package let vaultPath: String
    private let passphrase: @Sendable () async throws -> Secret

    /// Names an identity in a vault.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - vaultPath: The vault's file, or the URL of its database.
    ///   - passphrase: Asks for the passphrase; called once it is known that there is such an identity.
    package init(
        _ name: String, in vaultPath: String, passphrase: @escaping @Sendable () async throws -> Secret
    ) {
        self.name = name
        self.vaultPath = vaultPath
        self.passphrase = passphrase
    }

    /// Finds the box, asks for the passphrase, and opens it; with libsodium's moderate cost that takes about a second.
    ///
    /// Nobody vouches for the name before the box is open: who can write the file may have put another box under it, which
    /// then opens with another passphrase only.
    ///
    /// - Throws: ``VaultError/Code/missing`` if there is none of that name, ``KeeperError/Code/wrongPassphrase`` for a wrong
    ///   one or a changed box, and what asking throws.
    func read() async throws -> IdentityText {
        let store = try await VaultLocation.openStore(toRead: vaultPath)
        let known = try await Vault.sealedIdentities(in: store, wanting: name)
        guard let box = known.first(where: { $0.name == name })?.box else {
            throw VaultError(.missing, "no identity of that name is kept in this vault under a passphrase")
        }
        let typed = try await passphrase()
        do {
            return try await Vault.openSealedIdentity(box, in: store, with: typed)
        } catch let error as VaultError where error.code == .wrongIdentity {
            throw KeeperError(.wrongPassphrase, error.message)
        }
    }

    /// Equal if they name the same identity; how the passphrase is asked for does not matter.
    package static func == (left: SealedIdentity, right: SealedIdentity) -> Bool {
        left.name == right.name && left.vaultPath == right.vaultPath
    }
}
