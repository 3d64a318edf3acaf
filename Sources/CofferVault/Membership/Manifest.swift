// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// Who belongs to a vault, with which role, and the keys wrapped to each: one link of a signed chain.
///
/// The field tables are in docs/vault-format.md. What is hashed, pinned and signed is exactly what
/// ``encoded`` gives; what does not re-encode identically is refused.
package struct Manifest: Sendable, Equatable {
    /// Something that a newer program says in the manifest and an older one may overlook.
    package struct Extension: Sendable, Equatable {
        /// What it is.
        package var tag: UInt16
        /// What it says.
        package var value: [UInt8]

        /// Makes an extension.
        package init(tag: UInt16, value: [UInt8]) {
            self.tag = tag
            self.value = value
        }
    }

    /// A member of the vault.
    package struct Member: Sendable, Equatable {
        /// The member's public keys.
        package var identity: PublicIdentity
        /// The name the owner gave.
        package var name: String
        /// Whether the member may sign the next manifest.
        package var isOwner: Bool
    }

    /// Keys wrapped to one member.
    package struct Wrap: Sendable, Equatable {
        /// The index of the member.
        package var member: UInt16
        /// What the keys allow.
        package var role: Role
        /// The sealed box (`crypto_box_seal`) that holds them.
        package var box: [UInt8]
    }

    /// One generation of a space's keys.
    package struct Generation: Sendable, Equatable {
        /// Its number, from 1.
        package var number: UInt32
        /// Checks the signature of each row written in this generation.
        package var signingKey: SigningPublicKey
        /// The generation's keys, wrapped to each member of the space.
        package var wraps: [Wrap]
    }

    /// A space and its keys.
    package struct Space: Sendable, Equatable {
        /// The id.
        package var id: SpaceID
        /// The first segment of the paths in it.
        package var name: String
        /// The generations that may still be in use; the last one is written with.
        package var generations: [Generation]
        /// The trace keys, which outlive generations, wrapped to issuers and owners.
        package var traceWraps: [Wrap]
    }

    /// The vault.
    package var vaultID: VaultID
    /// The place in the chain, from 1.
    package var epoch: UInt64
    /// The hash of the manifest before, zero for the first.
    package var previous: Digest
    /// When it was made, in milliseconds since 1970.
    package var createdAt: Int64
    /// Whether entries may be read where no audit event can be written.
    package var allowsUnauditedReading: Bool
    /// The members.
    package var members: [Member]
    /// Who was a member, and up to which event that counts.
    package var departed: [Departed] = []
    /// The last time an owner took the store back to an earlier state; nil if that never happened.
    package var restoration: Restoration?
    /// The spaces.
    package var spaces: [Space]
    /// What this program does not know and hands on to the next manifest as it is.
    package var extensions: [Extension] = []

    /// Whether a member with this key may sign what follows.
    func isOwned(by signer: SigningPublicKey) -> Bool {
        members.contains { $0.isOwner && $0.identity.signingKey == signer }
    }

    /// The highest role that a member holds in any generation of a space; nil for none.
    package func role(of signer: SigningPublicKey, in spaceID: SpaceID) -> Role? {
        guard let index = members.firstIndex(where: { $0.identity.signingKey == signer }) else { return nil }
        return roles(in: spaceID)[UInt16(index)]
    }

    /// The highest role in a space, by a member's place; empty for a space there is not.
    func roles(in spaceID: SpaceID) -> [UInt16: Role] {
        guard let space = spaces.first(where: { $0.id == spaceID }) else { return [:] }
        var highest: [UInt16: Role] = [:]
        for wrap in space.generations.flatMap(\.wraps) {
            highest[wrap.member] = max(wrap.role, highest[wrap.member] ?? wrap.role)
        }
        return highest
    }

    /// The role with which an event of a chain counts in a space; nil if it does not count.
    ///
    /// An event counts if its signer is a member now, or was one and the event stands within the part of
    /// its chain that its removal names. What a removed identity signs afterwards is worth nothing.
    package func writer(_ signer: SigningPublicKey, at sequence: UInt64, in spaceID: SpaceID) -> Role? {
        guard let gone = departed.first(where: { $0.identity.signingKey == signer }) else {
            return role(of: signer, in: spaceID)
        }
        guard sequence >= 1, sequence <= gone.lastSequence else { return nil }
        return gone.roles.first { $0.spaceID == spaceID }?.role
    }
}
