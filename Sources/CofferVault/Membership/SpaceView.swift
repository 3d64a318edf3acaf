// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A space of a vault, for people and programs to look at.
package struct SpaceView: Sendable, Equatable {
    /// A member of a space.
    package struct Occupant: Sendable, Equatable {
        /// The name.
        package let name: String
        /// Its role.
        package let role: Role
    }

    /// The id.
    package let id: SpaceID
    /// The name.
    package let name: String
    /// The generations of its keys, oldest first; more than one while it is being re-keyed.
    package let generations: [UInt32]
    /// The role of the identity in use; nil if it can't open the space.
    package let ownRole: Role?
    /// Who belongs to it.
    package let members: [Occupant]

    static func all(in manifest: Manifest, seenBy own: PublicIdentity) -> [SpaceView] {
        manifest.spaces.map { space in
            let roles = manifest.roles(in: space.id).sorted { $0.key < $1.key }
            return SpaceView(
                id: space.id, name: space.name, generations: space.generations.map(\.number),
                ownRole: manifest.role(of: own.signingKey, in: space.id),
                members: roles.map { Occupant(name: manifest.members[Int($0.key)].name, role: $0.value) })
        }
    }
}
