// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto
package import Foundation

/// Who was a member of which space, with which role, from when until when.
///
/// It is read from the vault's first manifest to the newest. The newest is trusted already; each one before
/// it is authentic because the next names its hash, so that no signature of an owner long gone is needed.
package struct MembershipHistory: Sendable {
    /// A role in a space during a time.
    package struct Stay: Sendable, Equatable {
        /// Who.
        package let identity: PublicIdentity
        /// The name it had.
        package let name: String
        /// The space.
        package let spaceID: SpaceID
        /// The space's name.
        package let spaceName: String
        /// The role.
        package let role: Role
        /// The epoch of the first manifest that gave it.
        package let fromEpoch: UInt64
        /// When that was, after its owner's clock.
        package let from: Date
        /// The epoch of the first manifest without it; nil if it still holds.
        package internal(set) var untilEpoch: UInt64?
        /// When that was; nil if it still holds.
        package internal(set) var until: Date?
    }

    /// Every manifest, oldest first.
    package let manifests: [Manifest]
    /// Every stay, in the order of their beginnings.
    package let stays: [Stay]

    /// Walks back from a trusted manifest to the first.
    ///
    /// - Parameters:
    ///   - newest: The manifest in force.
    ///   - chain: The stored manifests, oldest first, up to and with the newest.
    /// - Throws: ``VaultError/damaged`` if one is missing or is not the one that its successor names.
    package init(of newest: TrustedManifest, chain: [SignedManifest]) throws(VaultError) {
        guard UInt64(chain.count) == newest.manifest.epoch else { throw .damaged }
        var expected = newest.pin.manifestHash
        var manifests: [Manifest] = []
        for link in chain.reversed() {
            guard link.hash == expected else { throw .damaged }
            let manifest = try Manifest(decoding: link.manifestBytes)
            // The first is told by its epoch: a longer chain would be somebody else's.
            guard manifest.vaultID == newest.manifest.vaultID,
                manifest.epoch == newest.manifest.epoch - UInt64(manifests.count)
            else { throw .damaged }
            expected = manifest.previous
            manifests.append(manifest)
        }
        guard expected == .zero else { throw .damaged }
        self.manifests = manifests.reversed()
        stays = Self.stays(in: self.manifests)
    }

    /// The stays of one identity.
    package func stays(of signer: SigningPublicKey) -> [Stay] {
        stays.filter { $0.identity.signingKey == signer }
    }

    // MARK: - Telling stays from manifests

    private struct Place: Hashable {
        let signer: SigningPublicKey
        let spaceID: SpaceID
        let role: Role
    }

    private static func stays(in manifests: [Manifest]) -> [Stay] {
        var stays: [Stay] = []
        var open: [Place: Int] = [:]
        for manifest in manifests {
            let instant = Date(millisecondsSince1970: manifest.createdAt)
            var held: Set<Place> = []
            for space in manifest.spaces {
                for (index, role) in manifest.roles(in: space.id).sorted(by: { $0.key < $1.key }) {
                    let member = manifest.members[Int(index)]
                    let place = Place(signer: member.identity.signingKey, spaceID: space.id, role: role)
                    held.insert(place)
                    guard open[place] == nil else { continue }
                    open[place] = stays.count
                    stays.append(
                        Stay(
                            identity: member.identity, name: member.name, spaceID: space.id, spaceName: space.name,
                            role: role, fromEpoch: manifest.epoch, from: instant))
                }
            }
            for (place, index) in open where !held.contains(place) {
                stays[index].untilEpoch = manifest.epoch
                stays[index].until = instant
                open[place] = nil
            }
        }
        return stays
    }
}
