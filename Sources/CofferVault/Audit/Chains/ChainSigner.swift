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
        /// Whom a bundle was for, whose events came home from it.
        case bundle
    }

    /// The key of the chain.
    package let key: SigningPublicKey
    /// The name the manifest gives, or the beginning of the key.
    package let name: String
    /// What the manifest says of it.
    package let standing: Standing
    private let writesSomewhere: Bool
    /// Where it is issuer or owner, or was when it was removed.
    private let spaces: Set<SpaceID>
    /// The spaces that are no more in which it was issuer or owner.
    var formerSpaces: Set<SpaceID> = []
    /// Of a departed identity, the last event that counts; nil if none does.
    let bound: AuditHead?

    /// Whether an event of this number counts.
    package func counts(_ sequence: UInt64) -> Bool {
        switch standing {
        case .member, .bundle: true
        case .departed: sequence <= bound?.sequence ?? 0
        case .unknown: false
        }
    }

    /// Somebody that the manifest does not know.
    init(unknown key: SigningPublicKey) {
        self.key = key
        name = "key " + Digest(hashing: key.bytes).description.prefix(8)
        standing = .unknown
        writesSomewhere = false
        spaces = []
        bound = nil
    }

    /// Whom a bundle was for; its events' key is nil if it can't be read.
    init(bundle: VaultID, _ key: SigningPublicKey?, name: String?) {
        self.key = key ?? Self.noKey
        self.name = "\(name ?? "an unknown key"), bundle \(bundle.description.prefix(8))"
        standing = .bundle
        writesSomewhere = false
        spaces = []
        bound = nil
    }

    /// Whether its word for others counts, as for the heads of their chains: an issuer's or owner's, somewhere.
    package var isWitness: Bool { writesSomewhere || !formerSpaces.isEmpty }

    /// Stands for a key that can't be read.
    private static let noKey: SigningPublicKey = {
        guard let key = try? SigningPublicKey([UInt8](repeating: 0, count: SigningPublicKey.byteCount)) else {
            preconditionFailure("a key of the size that keys have")
        }
        return key
    }()

    /// Whether what it writes in a space counts.
    func mayWrite(in space: SpaceID) -> Bool { spaces.contains(space) || formerSpaces.contains(space) }

    /// Whether it may write wherever another may, and nowhere else.
    func writesLike(_ other: ChainSigner) -> Bool {
        spaces.union(formerSpaces) == other.spaces.union(other.formerSpaces)
    }

    private init(_ member: Manifest.Member, in manifest: Manifest) {
        key = member.identity.signingKey
        name = member.name
        standing = .member
        let key = key
        spaces = Set(
            manifest.spaces.map(\.id).filter { (manifest.writer(key, at: 0, in: $0) ?? .reader) > .reader })
        writesSomewhere = member.isOwner || !spaces.isEmpty
        bound = nil
    }

    private init(_ departed: Manifest.Departed) {
        key = departed.identity.signingKey
        name = departed.name
        standing = .departed
        spaces = Set(departed.roles.filter { $0.role > .reader }.map(\.spaceID))
        writesSomewhere = departed.isOwner || !spaces.isEmpty
        bound = departed.lastHead
    }

    /// Everybody that a manifest knows.
    static func all(in manifest: Manifest) -> [ChainSigner] {
        manifest.members.map { ChainSigner($0, in: manifest) } + manifest.departed.map(ChainSigner.init)
    }
}
