// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
package import Foundation

/// A role in a space, as lists show it.
package struct RoleView: Sendable, Equatable, Encodable {
    /// The space's name.
    package let space: String
    /// `reader`, `issuer` or `owner`.
    package let role: String
    /// When the role was given, after the clock of the owner who gave it.
    package let since: Date?
    /// When it was taken away; nil if it holds.
    package let until: Date?
}

/// A member of the vault, or somebody who was one, as lists show it; no key in it.
package struct IdentityView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, fingerprint, since, until
        case isOwner = "owner"
        case isOwn = "own"
        case isKeptInVault = "kept_in_vault"
        case roles = "spaces"
    }

    /// The name that an owner gave.
    package let name: String
    /// What two people compare.
    package let fingerprint: String
    /// Whether it may sign membership.
    package let isOwner: Bool
    /// Whether it is the identity that asks.
    package let isOwn: Bool
    /// Whether it is kept in the vault under a passphrase: whoever copies the vault can guess at that.
    package let isKeptInVault: Bool
    /// The spaces and its role in each; of somebody who has left, those it had at last.
    package let roles: [RoleView]
    /// When it was added.
    package let since: Date?
    /// When it was removed; nil for a member.
    package let until: Date?

    /// A member.
    init(_ member: MemberView, _ history: MembershipHistory, keptInVault sealed: Set<SigningPublicKey>) {
        let stays = history.stays(of: member.identity.signingKey)
        name = member.name
        fingerprint = member.identity.fingerprint
        isOwner = member.isOwner
        isOwn = member.isSelf
        isKeptInVault = sealed.contains(member.identity.signingKey)
        roles = member.grants.map { grant in
            let stay = stays.last { $0.spaceName == grant.space && $0.role == grant.role && $0.until == nil }
            return RoleView(space: grant.space, role: grant.role.name, since: stay?.from, until: nil)
        }
        since = stays.map(\.from).min()
        until = nil
    }

    /// Somebody who was removed.
    init(_ gone: Manifest.Departed, _ history: MembershipHistory) {
        let stays = history.stays(of: gone.identity.signingKey)
        name = gone.name
        fingerprint = gone.identity.fingerprint
        isOwner = gone.isOwner
        isOwn = false
        // Its box went with it.
        isKeptInVault = false
        roles = gone.roles.compactMap { held in
            let stay = stays.last { $0.spaceID == held.spaceID && $0.role == held.role }
            guard let stay else { return nil }
            return RoleView(space: stay.spaceName, role: held.role.name, since: stay.from, until: stay.until)
        }
        since = stays.map(\.from).min()
        until = stays.compactMap(\.until).max()
    }
}
