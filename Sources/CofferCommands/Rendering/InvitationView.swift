// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferVault

/// What an invitation grants, for whoever accepts it.
struct InvitationView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case vaultID = "vault_id"
        case name, spaces, fingerprint, identity
        case isOwner = "owner"
        case ownerFingerprint = "owner_fingerprint"
    }

    /// A space and the role in it.
    struct Grant: Encodable {
        let space: String
        let role: String
    }

    /// The vault.
    let vaultID: String

    /// What the invited one is called there.
    let name: String

    /// Whether it may sign membership.
    let isOwner: Bool

    /// What it may open.
    let spaces: [Grant]

    /// The fingerprint of the invited one.
    let fingerprint: String

    /// The fingerprint of the owner who signed.
    let ownerFingerprint: String

    /// The identity's file.
    let identity: String

    /// Takes what was read.
    init(_ pending: PendingAcceptance) {
        let invitation = pending.invitation
        vaultID = invitation.pin.vaultID.description
        name = invitation.name
        isOwner = invitation.isOwner
        spaces = invitation.grants.map { Grant(space: $0.space, role: $0.role.name) }
        fingerprint = invitation.invited.fingerprint
        ownerFingerprint = invitation.owner.fingerprint
        identity = pending.path
    }

    /// `reader in main, issuer in ci`.
    private var roles: String { spaces.map { "\($0.role) in \($0.space)" }.joined(separator: ", ") }

    /// What is told before the question.
    var lines: [String] {
        [
            "this invites \(fingerprint) as \(name) to the vault \(vaultID): \(roles)",
            isOwner ? "an owner decides who belongs to the vault" : nil,
        ].compactMap(\.self)
    }

    /// What is told afterwards.
    var facts: FactSheet {
        FactSheet([
            ("vault", vaultID), ("name", name), ("roles", roles), ("fingerprint", fingerprint),
            ("invited by", ownerFingerprint), ("identity", identity),
        ])
    }
}
