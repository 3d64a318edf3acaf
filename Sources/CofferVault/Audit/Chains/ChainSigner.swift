// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// Whose chain is walked, and how much of it counts.
package struct ChainSigner: Sendable {
    /// What the manifest says of it.
    package enum Standing: String, Sendable {
        /// A member now.
        case member
        /// Somebody who was removed: the chain counts up to the event that the manifest names.
        case departed
        /// Nobody that the manifest knows: nothing of the chain counts.
        case unknown
    }

    /// The key of the chain.
    package let key: SigningPublicKey
    /// The name the manifest gives, or the beginning of the key.
    package let name: String
    /// What the manifest says of it.
    package let standing: Standing
    /// Whether its word for the heads of other chains counts: an issuer's or owner's, somewhere.
    let isWitness: Bool
    /// Of a departed identity, the last event that counts; nil if none does.
    let bound: AuditHead?

    /// Whether an event of this number counts.
    package func counts(_ sequence: UInt64) -> Bool {
        switch standing {
        case .member: true
        case .departed: sequence <= bound?.sequence ?? 0
        case .unknown: false
        }
    }

    /// Somebody that the manifest does not know.
    init(unknown key: SigningPublicKey) {
        self.key = key
        name = "key " + Digest(hashing: key.bytes).description.prefix(8)
        standing = .unknown
        isWitness = false
        bound = nil
    }

    private init(_ member: Manifest.Member, in manifest: Manifest) {
        key = member.identity.signingKey
        name = member.name
        standing = .member
        let key = key
        isWitness =
            member.isOwner || manifest.spaces.contains { (manifest.writer(key, at: 0, in: $0.id) ?? .reader) > .reader }
        bound = nil
    }

    private init(_ departed: Manifest.Departed) {
        key = departed.identity.signingKey
        name = departed.name
        standing = .departed
        isWitness = departed.isOwner || departed.roles.contains { $0.role > .reader }
        bound = departed.lastHead
    }

    /// Everybody that a manifest knows.
    static func all(in manifest: Manifest) -> [ChainSigner] {
        manifest.members.map { ChainSigner($0, in: manifest) } + manifest.departed.map(ChainSigner.init)
    }
}
