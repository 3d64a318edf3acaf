// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Changes the membership: event and signed manifest in one synced transaction.
    ///
    /// Two owners at once do not fork the chain: the second's transaction finds that the epoch has moved on and is begun
    /// anew on the manifest of the first.
    ///
    /// - Parameters:
    ///   - action: What is recorded.
    ///   - detail: What it was done to: a name, or the policy.
    ///   - reason: What the caller gave.
    ///   - bind: What the event binds of what the change writes or removes beside the manifest.
    ///   - change: Changes the next manifest; may run more than once.
    /// - Returns: what `change` returned, and the pin moved forward.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner.
    func changeMembership<Result: Sendable>(
        _ action: AuditAction, detail: String, reason: String,
        binding bind: @escaping @Sendable (Manifest, any StoreReading) throws -> [AuditBinding] = { _, _ in [] },
        _ change: @escaping @Sendable (inout Manifest, any StoreWriting) throws -> Result
    ) async throws -> (result: Result, pin: Pin) {
        let instant = now()
        let record = AuditRecord(at: instant, action: action, paths: [detail], reason: reason)
        let (result, signed, pin) = try await writing(.synced) { state in
            try state.requireOwner()
            return { transaction in
                // The event first: whoever removes itself is bound to a chain with this event in it.
                try state.append(
                    record, bindings: bind(state.manifest, transaction), fingerprints: [], to: transaction)
                var next = try state.manifest.successor(at: instant.millisecondsSince1970)
                let result = try change(&next, transaction)
                // What we sign must be what everybody else accepts.
                guard next.isWellFormed else { throw VaultError.damaged }
                let signed = try SignedManifest(signing: next, by: state.identity)
                try transaction.insertManifest(signed.encoded, epoch: next.epoch)
                let pin = Pin(vaultID: next.vaultID, epoch: next.epoch, manifestHash: signed.hash)
                return (result, signed, pin)
            }
        }
        try renew(with: signed, pin)
        await remember(signed, pin)
        return (result, pin)
    }

    /// Keeps what was committed in this machine's record, before anybody hears of it.
    private func remember(_ signed: SignedManifest, _ pin: Pin) async {
        guard let seen else { return }
        do {
            // The chain up to what we signed, even if another owner went on meanwhile.
            let chain = Array(try await store.read { try $0.manifests(from: 1) }.prefix(Int(pin.epoch)))
            guard let newest = chain.last, try SignedManifest(decoding: newest) == signed else {
                throw VaultError.damaged
            }
            seen.renewed(pin, restoredAt: try signed.claimedManifest.restoration?.epoch ?? 0, chain)
        } catch {
            seen.missed(error)
        }
    }

    /// Goes on under a manifest that this identity has just signed.
    private func renew(with signed: SignedManifest, _ pin: Pin) throws(VaultError) {
        do {
            let trusted = try TrustedManifest(following: [signed], from: pin)
            take(try VaultState(identity: identity, trusted: trusted))
        } catch  where error.code == .wrongIdentity {
            // It removed itself: the next operation finds that out from the store.
        }
    }

    /// Who was a member of which space, with which role, from when until when.
    package func membershipHistory() async throws -> MembershipHistory {
        try await reading { state, reader in
            let chain = try reader.manifests(from: 1).map(SignedManifest.init(decoding:))
            let newest = try TrustedManifest(following: chain.suffix(1), from: state.pin)
            return try MembershipHistory(of: newest, chain: chain)
        }
    }
}

extension VaultState {
    /// Refuses whoever can't sign the next manifest.
    func requireOwner() throws(VaultError) {
        guard !isBundle else { throw VaultError(.notPermitted, "this is a bundle: it can only be read") }
        guard manifest.members.contains(where: { $0.isOwner && $0.identity == identity.publicIdentity }) else {
            throw VaultError(.notPermitted, "only an owner of the vault may change who belongs to it")
        }
    }
}

extension Vault {
    /// Who belongs to the vault, as the newest manifest says.
    package func members() async throws -> [MemberView] {
        try await reading { state, _ in MemberView.all(in: state.manifest, seenBy: state.identity.publicIdentity) }
    }

    /// Who was removed from the vault, oldest removal first.
    package func departedMembers() async throws -> [Manifest.Departed] {
        try await reading { state, _ in state.manifest.departed }
    }

    /// The vault's spaces, as the newest manifest says.
    package func spaces() async throws -> [SpaceView] {
        try await reading { state, _ in SpaceView.all(in: state.manifest, seenBy: state.identity.publicIdentity) }
    }
}
