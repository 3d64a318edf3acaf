// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension Keeper {
    /// Makes a vault in a database and its owner's identity, or finds both.
    ///
    /// The identity is on this machine's disk, under a name that says of which vault it is, before the vault is committed, and gets its own
    /// name afterwards: what a cut leaves behind, the next call finishes.
    static func createOrFindDatabase(
        _ location: VaultLocation, _ identityPath: String, _ effects: KeeperEffects
    ) async throws -> InitialisedVault {
        let (store, hasNewTables) = try await location.openOrMakeDatabase { try refuseNewDatabase($0, identityPath) }
        if let present = try await vaultID(in: store) {
            return try await findDatabase(location, present, identityPath, effects)
        }
        try refuseNewDatabase(location, identityPath)
        try AtomicFile.makeFolder(FilePathText.folder(of: identityPath))
        let identity = try newIdentity()
        let prepared = try PreparedVault(owner: identity, now: effects.now)
        let unfinished = unfinishedIdentity(identityPath, of: prepared.pin.vaultID)
        try IdentityText(identity: identity, pin: prepared.pin).write(to: unfinished, replacing: false)
        do {
            try await prepared.put(in: store)
        } catch {
            // Where the answer to a commit was lost the vault may be there, and this opens it.
            let present = try? await vaultID(in: store)
            if let present, present != prepared.pin.vaultID { unlink(unfinished) }
            guard present == prepared.pin.vaultID else { throw error }
        }
        try AtomicFile.put(unfinished, at: identityPath, replacing: false)
        return InitialisedVault(
            vaultPath: location.vaultPath, identityPath: identityPath, fingerprint: identity.publicIdentity.fingerprint,
            wasCreated: true, hasNewTables: hasNewTables)
    }

    /// Refuses to make a vault where one is expected: a pin is given, or there is an identity already.
    private static func refuseNewDatabase(_ location: VaultLocation, _ identityPath: String) throws {
        try refusePin(location)
        guard !AtomicFile.exists(identityPath) else {
            throw VaultError(
                .exists,
                """
                there is an identity at \(identityPath) but no vault in this database; \
                name its vault, or another identity file for a new one
                """)
        }
    }

    private static func findDatabase(
        _ location: VaultLocation, _ id: VaultID, _ identityPath: String, _ effects: KeeperEffects
    ) async throws -> InitialisedVault {
        let unfinished = unfinishedIdentity(identityPath, of: id)
        let wasCutOff = !AtomicFile.exists(identityPath)
        if wasCutOff {
            guard AtomicFile.exists(unfinished) else {
                throw VaultError(
                    .missing,
                    """
                    there is a vault in this database but no identity at \(identityPath); \
                    restore the identity, or name another database for a new vault
                    """)
            }
            try AtomicFile.put(unfinished, at: identityPath, replacing: false)
        }
        let keeper = try await open(location, effects: effects)
        // A cut between link(2) and unlink(2) leaves the name the identity was written under.
        unlink(unfinished)
        return InitialisedVault(
            vaultPath: location.vaultPath, identityPath: identityPath, fingerprint: keeper.vault.ownFingerprint,
            wasCreated: wasCutOff)
    }

    /// The vault that a database holds; nil where it has the tables alone.
    ///
    /// - Throws: ``VaultError/Code/damaged`` where there are events and no manifest: a new vault in its place would be the end of
    ///   what is left of that one.
    private static func vaultID(in store: any VaultStore) async throws -> VaultID? {
        try await store.read { reader -> VaultID? in
            if try reader.newestEpoch() > 0 { return try reader.vaultID() }
            guard try reader.heads().isEmpty else {
                throw VaultError(
                    .damaged, "there are events of a vault in this database but no manifest; restore the vault's backup"
                )
            }
            return nil
        }
    }

    private static func unfinishedIdentity(_ identityPath: String, of vaultID: VaultID) -> String {
        "\(identityPath).init-\(vaultID)"
    }
}
