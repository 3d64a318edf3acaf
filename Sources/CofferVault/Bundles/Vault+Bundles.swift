// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
package import Foundation

extension Vault {
    /// The spaces that a member may open, as the newest manifest says.
    ///
    /// - Throws: ``VaultError/Code/missing`` for no such member.
    package func spaces(of name: String) async throws -> Set<String> {
        try await reading { state, _ in
            guard let member = state.manifest.members.first(where: { $0.name == name }) else {
                throw VaultError(.missing, "there is no identity \(name) in this vault")
            }
            return Set(
                state.manifest.spaces.filter {
                    state.manifest.role(of: member.identity.signingKey, in: $0.id) != nil
                }.map(\.name))
        }
    }

    /// Seals what one member may read into a small vault of its own: keys that nobody else holds, none of this vault's
    /// keys inside, the same ids and versions.
    ///
    /// Its keys of the issue tier and for signing are thrown away at the end, so nothing can be written into it afterwards but the
    /// reader's own events, whose bodies are sealed to this vault's owners. Nothing is recorded here: the caller does.
    ///
    /// - Parameters:
    ///   - name: The member it is for.
    ///   - entries: What goes in, opened; the issue tier is left out.
    ///   - expiresAt: When it stops being opened.
    ///   - allowsUnauditedReading: Whether it may be read where it can't be written.
    /// - Returns: the bundle.
    /// - Throws: ``VaultError/Code/missing`` for no such member, ``VaultError/Code/notPermitted``.
    package func makeBundle(
        for name: String, entries: [Entry], expiresAt: Date, allowsUnauditedReading: Bool
    ) async throws -> BundleDraft {
        let at = now()
        return try await reading { state, reader in
            guard let member = state.manifest.members.first(where: { $0.name == name }) else {
                throw VaultError(.missing, "there is no identity \(name) in this vault")
            }
            let names = Set(entries.map(\.path.space)).sorted()
            for space in names {
                guard try state.space(ofName: space).role > .reader else {
                    throw VaultError(.notPermitted, "only an issuer or owner of space \(space) can make a bundle of it")
                }
                guard state.manifest.role(of: member.identity.signingKey, in: try state.space(ofName: space).id) != nil
                else { throw VaultError(.notPermitted, "\(name) is no member of space \(space)") }
            }
            do {
                let small = try SmallVault(
                    spaces: names, owners: state.manifest.members.filter(\.isOwner), recipient: member, createdAt: at,
                    allowsUnauditedReading: allowsUnauditedReading)
                let rows = try entries.map { try small.seal($0) }
                let manifest = try SignedManifest(signing: small.manifest, by: state.identity)
                let envelope = try BundleEnvelope(
                    parentID: state.pin.vaultID, id: small.manifest.vaultID, madeAt: at.millisecondsSince1970,
                    expiresAt: expiresAt.millisecondsSince1970, recipient: member.identity, manifestHash: manifest.hash,
                    parentManifests: try reader.manifests(from: 1), by: state.identity)
                return BundleDraft(
                    id: small.manifest.vaultID, expiresAt: expiresAt, manifest: manifest, envelope: envelope,
                    rows: rows)
            } catch let error as CryptoError {
                throw VaultError(.unreadable, "the bundle's keys could not be made: \(error)")
            }
        }
    }
}
