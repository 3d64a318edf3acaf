// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Foundation

extension Vault {
    /// Adds the manifests that were signed since a copy was made, so that nobody who was removed comes back with it.
    ///
    /// - Parameters:
    ///   - store: The copy, which nobody else has open.
    ///   - remains: What is left of the vault that it is to replace.
    ///   - anchor: The newest manifest that is known to be the vault's.
    /// - Returns: how many were added.
    /// - Throws: ``VaultError/Code/damaged`` if the two are not of one chain, ``VaultError/Code/unrestorable`` if it ends before
    ///   what is known.
    package static func extend(
        _ store: any VaultStore, from remains: VaultRemains, upTo anchor: Pin?
    ) async throws -> Int {
        guard let anchor else { return 0 }
        return try await store.write(.synced) { transaction in
            let own = try transaction.manifests(from: 1)
            // Another vault's backup is told by whoever unlocks it.
            guard let first = own.first, try SignedManifest(decoding: first).claimedVaultID == anchor.vaultID,
                try transaction.bundleEnvelope() == nil
            else { return 0 }
            let newer = try remains.manifests?.continuing(own) ?? []
            guard UInt64(own.count + newer.count) >= anchor.epoch else { throw changesUnknown }
            for (index, bytes) in newer.enumerated() {
                try transaction.insertManifest(bytes, epoch: UInt64(own.count + index) + 1)
            }
            return newer.count
        }
    }

    private static let changesUnknown = VaultError(
        .unrestorable,
        "the membership changed after this backup was made, and the vault that says how is gone: a restore would "
            + "bring back whoever was removed; put that vault's file back, or take a newer backup")

    /// What this machine has seen of the vault, for a restoration to hold itself against.
    package static func recalled(at place: SeenPlace, of id: VaultID, by text: IdentityText) -> SeenRecord? {
        SeenFile(place, of: id, by: text.identity).load()
    }

    /// The newest manifest that is known to be the vault's before anything of it is read; nil if none is.
    package static func newestPin(of text: IdentityText, _ given: Pin?, seen place: SeenPlace?) -> Pin? {
        let known = [text.pin, given].compactMap(\.self)
        let seen = known.first.flatMap { pin in place?.pin(of: pin.vaultID, by: text.identity) }
        return (known + [seen].compactMap(\.self)).max { $0.epoch < $1.epoch }
    }

    /// Confirms that a copy is whole and can be put in the vault's place by this identity.
    ///
    /// - Parameter seen: What this machine has seen of the vault.
    /// - Throws: ``VaultError/Code/notPermitted`` for whoever is no owner of every space; ``VaultError/Code/damaged``;
    ///   ``VaultError/Code/unsuitable`` where members or keys went on without the copy.
    package func confirmRestorable(after seen: SeenRecord?) async throws {
        try state.requireOwner()
        if let seen, seen.pin.epoch > pin.epoch {
            throw Self.changesUnknown
        }
        if let fault = try await store.integrity().first {
            throw VaultError(.damaged, "the backup is damaged: \(fault)")
        }
        try await reading { state, reader in
            if let seen, let bytes = try reader.manifests(from: seen.pin.epoch).first {
                guard try SignedManifest(decoding: bytes).hash == seen.pin.manifestHash else {
                    throw VaultError.damaged
                }
            }
            for space in state.manifest.spaces {
                guard let opened = state.spaces[space.name] else {
                    throw VaultError(.notPermitted, "this identity may not open space \(space.name)")
                }
                let oldest = opened.generations[0].generation
                if let used = try reader.oldestGeneration(space: space.id), used < oldest {
                    throw VaultError(
                        .unrestorable,
                        "space \(space.name) of the backup is sealed under keys that were retired since by coffer rekey: "
                            + "nobody can open it any more; take a newer backup")
                }
            }
        }
    }

    /// Signs that the vault was taken back to this copy, and marks again what is known to be spent.
    ///
    /// - Parameters:
    ///   - spent: The refresh tokens that are known to be spent from elsewhere.
    ///   - reason: For the event.
    /// - Returns: the pin moved forward.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner.
    package func signRestoration(spent: [StoredFingerprint], reason: String) async throws -> Pin {
        let heads = try await reading { state, reader in
            let signers =
                state.manifest.members.map(\.identity.signingKey) + state.manifest.departed.map(\.identity.signingKey)
            return try reader.heads().filter { signers.contains($0.signer) }
        }
        let instant = now().millisecondsSince1970
        let pin = try await changeMembership(.restore, detail: "", reason: reason) { next, _ in
            next.restoration = Manifest.Restoration(at: instant, epoch: next.epoch, heads: heads)
            // A bound that lies beyond the copy would be waited for in vain.
            for index in next.departed.indices {
                let head = heads.first { $0.signer == next.departed[index].identity.signingKey }
                guard next.departed[index].lastSequence > head?.sequence ?? 0 else { continue }
                next.departed[index].lastSequence = head?.sequence ?? 0
                next.departed[index].lastHash = head?.hash ?? .zero
            }
        }.pin
        try await markSpent(spent)
        return pin
    }

    /// Marks refresh tokens again that are known to be spent from elsewhere; those of spaces that are not there are left out.
    package func markSpent(_ spent: [StoredFingerprint]) async throws {
        let known = Set(state.spaces.values.map(\.id))
        let kept = spent.filter { known.contains($0.spaceID) }
        guard !kept.isEmpty else { return }
        let record = AuditRecord(at: now(), action: .restore, paths: [], reason: "spent refresh tokens marked again")
        try await writing(.synced) { state in
            { transaction in
                for fingerprint in kept { try transaction.keep(fingerprint) }
                try state.append(record, bindings: [], fingerprints: kept, to: transaction)
            }
        }
    }
}
