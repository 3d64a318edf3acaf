// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A member of a vault, for people and programs to look at.
package struct MemberView: Sendable, Equatable {
    /// The public keys.
    package let identity: PublicIdentity
    /// The name.
    package let name: String
    /// Whether it may sign membership.
    package let isOwner: Bool
    /// Whether it is the identity in use.
    package let isSelf: Bool
    /// Its spaces, in the manifest's order.
    package let grants: [Invitation.Grant]

    static func all(in manifest: Manifest, seenBy own: PublicIdentity) -> [MemberView] {
        let roles = manifest.spaces.map { ($0.name, manifest.roles(in: $0.id)) }
        return manifest.members.enumerated().map { index, member in
            MemberView(
                identity: member.identity, name: member.name, isOwner: member.isOwner, isSelf: member.identity == own,
                grants: roles.compactMap { name, held in
                    held[UInt16(index)].map { Invitation.Grant(space: name, role: $0) }
                })
        }
    }
}
