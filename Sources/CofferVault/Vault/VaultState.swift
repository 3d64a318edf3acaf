// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// What one identity knows of a vault's membership at one epoch: the manifest in force and the keys it holds under it.
///
/// Never changed: when the manifest moves on, the vault takes a new one. Whoever works over several calls keeps the
/// state that it began with, and the store's epoch says in each transaction whether that is still the newest.
final class VaultState: Sendable {
    let identity: Identity
    let manifest: Manifest
    /// The spaces that this identity opens, by name.
    let spaces: [String: UnlockedSpace]
    /// The pin, moved forward to the manifest in force.
    let pin: Pin
    /// What the first event of a chain names as its predecessor: zeros, and in a bundle the hash of its id, so that a chain
    /// of the one can't be passed off as a chain of the other.
    let chainRoot: Digest
    /// Whether this is a bundle, whose membership never changes.
    var isBundle: Bool { chainRoot != .zero }

    /// Unwraps what a trusted manifest holds for an identity.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` if it is no member, ``VaultError/damaged``.
    init(identity: Identity, trusted: TrustedManifest, chainRoot: Digest = .zero) throws(VaultError) {
        var spaces: [String: UnlockedSpace] = [:]
        for space in trusted.manifest.spaces {
            do {
                spaces[space.name] = try UnlockedSpace(space, of: trusted.manifest, for: identity)
            } catch  where error.code == .wrongIdentity {
                continue
            }
        }
        guard !spaces.isEmpty else {
            throw VaultError(.wrongIdentity, "this identity is not a member of the vault")
        }
        self.identity = identity
        manifest = trusted.manifest
        self.spaces = spaces
        pin = trusted.pin
        self.chainRoot = chainRoot
    }

    /// The space of a path.
    ///
    /// - Throws: ``VaultError/Code/missing`` if there is none that this identity may open.
    func space(of path: CredentialPath) throws(VaultError) -> UnlockedSpace {
        try space(ofName: path.space)
    }

    /// The space of a name.
    ///
    /// - Throws: ``VaultError/Code/missing`` if there is none that this identity may open.
    func space(ofName name: String) throws(VaultError) -> UnlockedSpace {
        guard let space = spaces[name] else {
            throw VaultError(.missing, "there is no space \(name) that this identity may open")
        }
        return space
    }

    /// What opens a stored row.
    ///
    /// - Throws: ``VaultError/damaged`` if it lies in a space that this identity does not open.
    func sealing(for row: EntryRow) throws(VaultError) -> EntrySealing {
        guard let space = spaces.values.first(where: { $0.id == row.spaceID }) else { throw .damaged }
        return EntrySealing(space: space)
    }

    /// Whom audit bodies are sealed to.
    var owners: [PublicIdentity] { manifest.members.filter(\.isOwner).map(\.identity) }

    /// The highest role in any space.
    var highestRole: Role { spaces.values.map(\.role).max() ?? .reader }
}
