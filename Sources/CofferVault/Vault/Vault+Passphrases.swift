// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

extension Vault {
    /// Keeps the identity in use in the vault, sealed under a passphrase; one that was kept before is replaced.
    ///
    /// It takes as long as `cost` says, on a thread of its own. Whoever knows the earlier passphrase must not find what it
    /// opens: the log is cut.
    ///
    /// - Parameters:
    ///   - passphrase: What it is sealed under.
    ///   - cost: What a guess costs.
    ///   - allowingOwner: Whether an owner may be sealed: whoever guesses that passphrase is an owner.
    ///   - reason: For the event.
    /// - Returns: whether the identity under an earlier passphrase may still lie in the store's log, because somebody read
    ///   all the while.
    /// - Throws: ``VaultError/Code/notPermitted`` for an owner without that permission.
    @discardableResult
    package func keepSealedIdentity(
        under passphrase: Secret, cost: PassphraseCost = .moderate, allowingOwner: Bool = false, reason: String = ""
    ) async throws -> Bool {
        let own = identity.publicIdentity
        guard allowingOwner || !state.manifest.members.contains(where: { $0.isOwner && $0.identity == own }) else {
            throw VaultError(
                .notPermitted, "an owner is sealed under a passphrase only if that is asked for explicitly")
        }
        let text = IdentityText(identity: identity, pin: pin)
        let box = try await SlowWork.run { try PassphraseBox(sealing: text, under: passphrase, cost: cost) }
        let stored = StoredPassphraseBox(signer: own.signingKey, body: box.encoded)
        return try await changeSealed(.sealIdentity, reason) { transaction in
            let isReplaced = try transaction.passphraseBoxSigners().contains(own.signingKey)
            try transaction.keep(stored)
            return isReplaced
        }
    }

    /// Takes the sealed form of the identity in use out of the vault.
    ///
    /// - Returns: whether it may still lie in the store's log, because somebody read all the while.
    /// - Throws: ``VaultError/Code/missing`` if there is none.
    @discardableResult
    package func removeSealedIdentity(reason: String = "") async throws -> Bool {
        let signer = identity.publicIdentity.signingKey
        return try await changeSealed(.unsealIdentity, reason) { transaction in
            guard try transaction.passphraseBox(of: signer) != nil else {
                throw VaultError(.missing, "this identity is not kept in the vault")
            }
            try transaction.removePassphraseBox(of: signer)
            return true
        }
    }

    /// Changes what is kept; `change` says whether a box went, and what comes back is whether it may be in the log still.
    private func changeSealed(
        _ action: AuditAction, _ reason: String, _ change: @escaping @Sendable (any StoreWriting) throws -> Bool
    ) async throws -> Bool {
        let record = AuditRecord(at: now(), action: action, paths: [ownName], reason: reason)
        let isGone = try await writing(.synced) { state in
            { transaction in
                try state.append(record, bindings: [], fingerprints: [], to: transaction)
                return try change(transaction)
            }
        }
        let isLogCut = await cutLog()
        return isGone && !isLogCut
    }

    /// Whose identities are kept in the vault under a passphrase, by their signing keys; no box is looked into.
    package func sealedSigners() async throws -> Set<SigningPublicKey> {
        try await reading { _, reader in Set(try reader.passphraseBoxSigners()) }
    }

    /// The identities that are kept in a store, with the names that the newest manifest gives them.
    ///
    /// Nobody vouches for names or boxes before one is opened: they are for choosing. A box of a later format is left out.
    ///
    /// - Parameters:
    ///   - store: The store.
    ///   - wanted: The name of the one that must not be left out.
    /// - Returns: them all.
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/newerFormat`` for that one.
    package static func sealedIdentities(
        in store: any VaultStore, wanting wanted: String? = nil
    ) async throws -> [(name: String?, box: PassphraseBox)] {
        try await store.read { reader in
            // Behind the last manifest of a vault that was moved lie marks, two at most; whoever moves it comes with a name in that.
            let newest = try reader.manifests(from: max(reader.newestEpoch(), 3) - 2)
            let manifest = try MoveMark.lastManifest(in: newest)?.claimedManifest
            return try reader.passphraseBoxSigners().compactMap { signer in
                guard let stored = try reader.passphraseBox(of: signer) else { return nil }
                let name = manifest?.members.first { $0.identity.signingKey == signer }?.name
                guard let box = try Self.box(stored, isWanted: name != nil && name == wanted) else { return nil }
                guard box.identity.signingKey == signer else { throw VaultError.damaged }
                return (manifest?.members.first { $0.identity == box.identity }?.name, box)
            }
        }
    }

    /// A stored box; nil for one of a later format that nobody wants.
    private static func box(_ stored: StoredPassphraseBox, isWanted: Bool) throws(VaultError) -> PassphraseBox? {
        do throws(VaultError) {
            return try PassphraseBox(decoding: stored.body)
        } catch {
            guard error.code == .newerFormat, !isWanted else { throw error }
            return nil
        }
    }

    /// Opens an identity that is kept in a store; it takes as long as the box says, on a thread of its own.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` for a wrong passphrase or a changed box.
    package static func openSealedIdentity(
        _ box: PassphraseBox, in store: any VaultStore, with passphrase: Secret
    ) async throws -> IdentityText {
        let id = try await store.read { try $0.vaultID() }
        return try await SlowWork.run { try box.open(with: passphrase, in: id) }
    }
}
