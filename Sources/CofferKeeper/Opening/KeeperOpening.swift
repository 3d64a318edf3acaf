// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferVault

/// How a process that runs on opens its vault, and opens it again after it has let go of the keys.
package struct KeeperOpening: Sendable {
    /// What opening it again takes.
    package enum Need: String, Sendable {
        /// Nothing from anybody: the identity's file is read, or its program run, again.
        case nothing
        /// The passphrase that the vault keeps the identity under.
        case passphrase
        /// A new process: a descriptor or a variable gives the identity once.
        case restart
    }

    private let location: VaultLocation
    private let effects: KeeperEffects
    private let reason: String?

    /// Names all that opening takes; nothing is read yet.
    ///
    /// - Parameters:
    ///   - location: Where vault and identity are.
    ///   - effects: The outside world.
    ///   - reason: What the caller gave with `--reason`.
    package init(_ location: VaultLocation, effects: KeeperEffects, reason: String? = nil) {
        self.location = location
        self.effects = effects
        self.reason = reason
    }

    /// What opening it again takes.
    package var need: Need {
        switch location.identity {
        case .file, .credential, .command: .nothing
        case .sealed: .passphrase
        case .descriptor, .environment: .restart
        }
    }

    /// The id that the vault says it has, without any key.
    ///
    /// - Throws: ``VaultError`` for what is no vault.
    package func claimedVaultID() async throws -> String { try await location.claimedVaultID() }

    /// Opens it for the first time; whoever must be asked for something is asked.
    ///
    /// - Returns: the keeper.
    /// - Throws: as ``Keeper/open(_:effects:reason:comparing:through:)``.
    package func open() async throws -> Keeper {
        try await Keeper.open(location, effects: effects, reason: reason)
    }

    /// Opens it again, and asks nobody.
    ///
    /// - Parameter passphrase: What the identity is kept under, where that is needed.
    /// - Returns: the keeper, which shares nothing with the one before.
    /// - Throws: ``CredentialError`` `misconfigured` where it takes a new process, `wrong_passphrase`, and what opening says.
    package func reopen(_ passphrase: Secret?) async throws -> Keeper {
        do {
            return try await Keeper.open(
                VaultLocation(
                    vaultPath: location.vaultPath, identity: try repeated(passphrase), pin: location.pin,
                    stateFolder: location.stateFolder, databaseMark: location.databaseMark),
                effects: effects, reason: reason)
        } catch let error as KeeperError where error.code == .wrongPassphrase {
            throw CredentialError(.init(rawValue: error.code.rawValue), message: error.message)
        } catch {
            throw CredentialFailure.translated(error, path: nil)
        }
    }

    private func repeated(_ passphrase: Secret?) throws -> IdentitySource {
        switch location.identity {
        case .file, .credential, .command: return location.identity
        case .sealed(let sealed):
            guard let passphrase else { throw CredentialError(.notPermitted, message: "the passphrase is missing") }
            return .sealed(SealedIdentity(sealed.name, in: sealed.vaultPath) { passphrase })
        case .descriptor, .environment:
            throw CredentialError(
                .misconfigured,
                message:
                    "the identity came through a descriptor or a variable, which give it once; start the agent again")
        }
    }
}
