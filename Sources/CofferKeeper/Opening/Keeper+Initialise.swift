// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSQLite
import CofferVault
import Foundation

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// What `coffer init` made or found.
package struct InitialisedVault: Sendable, Equatable {
    /// The vault's file, or the URL of its database.
    package let vaultPath: String
    /// The identity's file.
    package let identityPath: String
    /// The owner's fingerprint.
    package let fingerprint: String
    /// Whether this call made them; false if both were there.
    package let wasCreated: Bool
    /// Whether this call made the tables of a database.
    package var hasNewTables = false

    /// Whether the vault lies in a database.
    package var isDatabase: Bool { DatabaseURL.isOne(vaultPath) }
}

extension Keeper {
    /// Makes a vault and its owner's identity.
    ///
    /// The order outlives a power cut: a vault in a file is finished under a temporary name, then the identity is written,
    /// then the vault gets its name. What a cut leaves behind, the next call finishes; nothing that is there is
    /// ever replaced.
    ///
    /// - Throws: ``KeeperError/Code/usage`` if the identity would not go to a file, or if a pin was given and no vault
    ///   is there.
    package static func initialise(_ location: VaultLocation, effects: KeeperEffects) async throws -> InitialisedVault {
        guard case .file(let identityPath) = location.identity else {
            throw KeeperError(.usage, "init writes the identity to a file; unset COFFER_IDENTITY or name a file")
        }
        do {
            return try await createOrFind(location, identityPath, effects)
        } catch let error as VaultError where error.code == .exists || error.code == .missing {
            // Another process may be between writing the identity and naming the vault: its vault is ours to find.
            for _ in 0..<Self.initialisationPolls {
                let isNamed = location.filePath.map { AtomicFile.exists($0) } ?? true
                if isNamed, AtomicFile.exists(identityPath) {
                    return try await createOrFind(location, identityPath, effects)
                }
                try await effects.clock.sleep(for: .milliseconds(50))
            }
            throw error
        }
    }

    /// How often a vault is looked for that another process is making: for one second.
    private static let initialisationPolls = 20

    private static func createOrFind(
        _ location: VaultLocation, _ identityPath: String, _ effects: KeeperEffects
    ) async throws -> InitialisedVault {
        guard let vaultPath = location.filePath else {
            return try await createOrFindDatabase(location, identityPath, effects)
        }
        if AtomicFile.exists(vaultPath) {
            guard AtomicFile.exists(identityPath) else {
                throw VaultError(
                    .missing,
                    """
                    there is a vault at \(vaultPath) but no identity at \(identityPath); \
                    restore the identity, or name another file for a new vault
                    """)
            }
            let keeper = try await open(location, effects: effects)
            // A cut between link(2) and unlink(2) leaves the name the vault was finished under.
            unlink("\(vaultPath).init-\(keeper.vault.id)")
            return InitialisedVault(
                vaultPath: vaultPath, identityPath: identityPath,
                fingerprint: keeper.vault.ownFingerprint, wasCreated: false)
        }
        try refusePin(location)
        try AtomicFile.makeFolder(FilePathText.folder(of: vaultPath))
        try AtomicFile.makeFolder(FilePathText.folder(of: identityPath))
        let text =
            AtomicFile.exists(identityPath)
            ? try await finishInterrupted(vaultPath, identityPath)
            : try await make(vaultPath, identityPath, effects)
        return InitialisedVault(
            vaultPath: vaultPath, identityPath: identityPath,
            fingerprint: text.identity.publicIdentity.fingerprint, wasCreated: true)
    }

    /// Refuses to make a vault where one is expected.
    static func refusePin(_ location: VaultLocation) throws(KeeperError) {
        guard location.pin == nil else {
            throw KeeperError(
                .usage, "a pin names a vault that there is, and init would make a new one; unset COFFER_PIN")
        }
    }

    private static func make(
        _ vaultPath: String, _ identityPath: String, _ effects: KeeperEffects
    ) async throws -> IdentityText {
        let identity = try newIdentity()
        let unfinished = "\(vaultPath).init-\(EntryID.random())"
        do {
            let pin = try await fill(unfinished, identity, effects)
            let text = IdentityText(identity: identity, pin: pin)
            let named = "\(vaultPath).init-\(pin.vaultID)"
            try AtomicFile.put(unfinished, at: named, replacing: false)
            try text.write(to: identityPath, replacing: false)
            try AtomicFile.put(named, at: vaultPath, replacing: false)
            return text
        } catch {
            for suffix in [""] + FilesBeside.suffixes { unlink(unfinished + suffix) }
            throw (error as? VaultError)?.naming(vaultPath, for: "\(vaultPath).init-") ?? error
        }
    }

    static func newIdentity() throws(VaultError) -> Identity {
        do { return try Identity.generate() } catch { throw VaultError(.unreadable, "no identity could be made") }
    }

    private static func fill(_ path: String, _ owner: Identity, _ effects: KeeperEffects) async throws -> Pin {
        let store = try SQLiteStore.create(path)
        let pin = try await Vault.create(in: store, owner: owner, now: effects.now)
        try store.seal()
        return pin
    }

    /// An identity without its vault: either `init` was cut off between the two, or the vault is elsewhere.
    private static func finishInterrupted(_ vaultPath: String, _ identityPath: String) async throws -> IdentityText {
        let text = try await IdentitySource.file(identityPath).read()
        let unfinished = text.pin.map { "\(vaultPath).init-\($0.vaultID)" }
        guard let unfinished, AtomicFile.exists(unfinished) else {
            throw VaultError(
                .exists,
                """
                there is an identity at \(identityPath) but no vault at \(vaultPath); \
                restore the vault, or name another identity file for a new one
                """)
        }
        try AtomicFile.put(unfinished, at: vaultPath, replacing: false)
        return text
    }
}
