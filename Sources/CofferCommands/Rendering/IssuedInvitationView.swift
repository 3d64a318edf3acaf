// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferVault

/// What an owner is told of an invitation.
struct IssuedInvitationView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case name, invitation, fingerprint, spaces
        case isRepeated = "repeated"
        case isOwner = "owner"
        case ownFingerprint = "owner_fingerprint"
    }

    /// What it is called.
    let name: String

    /// `coffer-invite-1…`.
    let invitation: String

    /// The fingerprint of whoever was added.
    let fingerprint: String

    /// What it may open.
    let spaces: [InvitationView.Grant]

    /// Whether it may sign membership.
    let isOwner: Bool

    /// Whether it was a member with all of this before, and nothing was changed.
    let isRepeated: Bool

    /// The fingerprint of the owner who added it, for the other side to compare.
    let ownFingerprint: String

    /// Takes what was made.
    init(_ made: IssuedInvitation) {
        name = made.invitation.name
        invitation = made.text
        fingerprint = made.invitation.invited.fingerprint
        spaces = made.invitation.grants.map { InvitationView.Grant(space: $0.space, role: $0.role.name) }
        isRepeated = made.isRepeated
        isOwner = made.invitation.isOwner
        ownFingerprint = made.invitation.owner.fingerprint
    }

    /// What is told on standard error.
    var lines: [String] {
        let grants = spaces.map { "\($0.role) in \($0.space)" }.joined(separator: ", ")
        let added = "added \(name): \(grants)"
        return [
            isRepeated ? "\(name) was added before: \(grants); this is the invitation again" : added,
            "your own fingerprint, which they compare, is \(ownFingerprint)",
        ]
    }
}
