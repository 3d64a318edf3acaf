// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
package import Foundation

/// A space as lists show it.
package struct SpaceSummary: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case space, role, members, since, entries, generations
    }

    /// Somebody's role in it.
    package struct MemberRole: Sendable, Equatable, Encodable {
        /// The member's name.
        package let name: String
        /// `reader`, `issuer` or `owner`.
        package let role: String
    }

    /// The name: the first segment of the paths in it.
    package let space: String
    /// The role of the identity that asks; nil if it can't open the space.
    package let role: String?
    /// Who may open it.
    package let members: [MemberRole]
    /// When it was added.
    package let since: Date?
    /// The generations of its keys, oldest first; more than one until `rekey` has sealed everything anew.
    package let generations: [Int]
    /// What is in it; nil if it can't be opened.
    package let entries: EntryCount?

    init(_ space: SpaceView, _ history: MembershipHistory, _ entries: [Entry]) {
        self.space = space.name
        role = space.ownRole?.name
        members = space.members.map { MemberRole(name: $0.name, role: $0.role.name) }
        since = history.stays.filter { $0.spaceID == space.id }.map(\.from).min()
        generations = space.generations.map(Int.init)
        self.entries = space.ownRole == nil ? nil : EntryCount(entries.filter { $0.path.space == space.name })
    }
}

/// How many entries there are of each kind.
package struct EntryCount: Sendable, Equatable, Encodable {
    /// Apps.
    package private(set) var apps = 0
    /// Connections.
    package private(set) var connections = 0
    /// Static secrets.
    package private(set) var secrets = 0
    /// What only a newer program knows; nil for none.
    package private(set) var unknown: Int?

    /// All of them.
    package var total: Int { apps + connections + secrets + (unknown ?? 0) }

    init(_ entries: some Sequence<Entry>) {
        for entry in entries {
            switch entry.kind {
            case .app: apps += 1
            case .connection: connections += 1
            case .secret: secrets += 1
            default: unknown = (unknown ?? 0) + 1
            }
        }
    }
}
