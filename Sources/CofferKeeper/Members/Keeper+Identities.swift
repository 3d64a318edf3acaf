// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferVault

/// An invitation that was made, and what to compare.
package struct IssuedInvitation: Sendable, Equatable {
    /// What whoever was added is sent: `coffer-invite-1…`, not secret.
    package let text: String
    /// What it grants.
    package let invitation: Invitation
    /// Whether it had all of that before, and nothing was changed.
    package let isRepeated: Bool
}

extension Keeper {
    /// The members of the vault in the order in which they were added, and behind them those who have left.
    ///
    /// - Parameter includingDeparted: Whether those who have left are wanted.
    /// - Returns: one view each.
    /// - Throws: ``VaultError``.
    package func identities(includingDeparted: Bool = false) async throws -> [IdentityView] {
        let members = try await vault.members()
        let history = try await vault.membershipHistory()
        let departed = includingDeparted ? try await vault.departedMembers() : []
        let sealed = try await vault.sealedSigners()
        try await record(.list, [], "identities")
        return members.map { IdentityView($0, history, keptInVault: sealed) }
            + departed.map { IdentityView($0, history) }
    }

    /// Adds a member, or gives one further spaces.
    ///
    /// - Parameters:
    ///   - publicText: The public identity, whose fingerprint somebody has compared.
    ///   - name: What it is called here.
    ///   - role: Its role in each of the spaces.
    ///   - spaces: The spaces; nil for all of them, which only an owner may be given.
    /// - Returns: the invitation; made again, and nothing else done, for somebody who was added in just this way before.
    /// - Throws: ``VaultError`` `not_permitted` unless this identity is an owner, `exists`, `invalid_name`, `missing`.
    package func addIdentity(
        _ publicText: PublicIdentityText, name: String, role: Role, spaces: [String]?
    ) async throws -> IssuedInvitation {
        let again = try await vault.invitationAgain(
            to: publicText.identity, name: name, role: role, spaces: spaces, reason: reason)
        let invitation =
            if let again { again } else {
                try await vault.addMember(
                    publicText.identity, name: name, role: role, spaces: spaces, reason: reason)
            }
        return IssuedInvitation(
            text: try invitation.written(), invitation: invitation, isRepeated: again != nil)
    }

    /// What a member can read now, space by space, as far as this identity sees them; to be told before it is removed.
    ///
    /// - Throws: ``VaultError`` `missing`, and `not_permitted` if it is the identity that asks or the last owner.
    package func exposure(of name: String) async throws -> [SpaceExposure] {
        let members = try await vault.members()
        guard let member = members.first(where: { $0.name == name }) else {
            throw VaultError(.missing, "there is no member of that name; see: coffer identity list")
        }
        guard !member.isSelf else {
            throw Removal.refusalOfOneself(name, isOnlyOwner: members.filter(\.isOwner).map(\.name) == [name])
        }
        let entries = try await vault.inspectAll()
        let open = Set(try await vault.spaces().filter { $0.ownRole != nil }.map(\.name))
        return member.grants.map { SpaceExposure($0, entries, isOpen: open.contains($0.space)) }
    }

    /// Removes a member; each of its spaces goes on under keys that it never had.
    ///
    /// - Returns: what it could read, and what to do next.
    /// - Throws: ``VaultError`` `not_permitted` unless this identity is an owner, for the last owner and for oneself;
    ///   `missing`.
    package func removeIdentity(_ name: String) async throws -> RemovedIdentity {
        let exposure = try await exposure(of: name)
        let removal = try await vault.removeMember(name, reason: reason)
        return RemovedIdentity(
            name: name, fingerprint: removal.identity.fingerprint, wasOwner: removal.wasOwner,
            begunSpaces: removal.begunSpaces, pin: try PinText(removal.pin).written(), exposure: exposure,
            brokenAfter: removal.brokenAfter, isLogLeft: removal.isLogLeft)
    }
}
