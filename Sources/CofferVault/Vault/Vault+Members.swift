// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a removal brought about, for whoever must act on it.
package struct Removal: Sendable {
    /// Who was removed.
    package let identity: PublicIdentity
    /// The name it had.
    package let name: String
    /// Whether it could sign manifests: if so, everybody who keeps no record must be given ``pin``.
    package let wasOwner: Bool
    /// The spaces that it held, with its role in each; the vault's owner finds there what it could read.
    package let roles: [Invitation.Grant]
    /// The spaces in which a new generation was begun: what lies in them is still sealed under the one before.
    package let begunSpaces: [String]
    /// The manifest without it.
    package let pin: Pin
    /// The last event of its chain that counts where the chain breaks off behind it, 0 for none; nil for a chain that is whole.
    ///
    /// What it wrote behind the break does not count.
    package let brokenAfter: UInt64?
    /// Whether its identity was kept in the vault under a passphrase and what is gone of it could not be taken out of the
    /// store's log.
    package let isLogLeft: Bool

    /// Why nobody removes himself.
    package static func refusalOfOneself(_ name: String, isOnlyOwner: Bool) -> VaultError {
        VaultError(
            .notPermitted,
            isOnlyOwner
                ? "\(name) is the only owner: nobody can remove it before there is another owner"
                : "\(name) is the identity in use; another owner can remove it")
    }
}

extension Vault {
    /// Adds a member, or gives one further spaces.
    ///
    /// - Parameters:
    ///   - identity: Whose keys; that they are the right person's the owner has compared.
    ///   - name: What it is called here.
    ///   - role: Its role in each space; `owner` also lets it sign membership.
    ///   - spaces: The spaces; nil for all that this identity opens, which only an owner may be given.
    ///   - reason: For the event.
    /// - Returns: what goes back to whoever was added.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner or lacks a space's keys,
    ///   ``VaultError/Code/exists``, ``VaultError/Code/invalidName``, ``VaultError/Code/missing``.
    package func addMember(
        _ identity: PublicIdentity, name: String, role: Role, spaces: [String]? = nil, reason: String = ""
    ) async throws -> Invitation {
        let owner = self.identity
        let (granted, pin) = try await changeMembership(.addIdentity, detail: name, reason: reason) { next, _ in
            guard let names = spaces ?? (role == .owner ? next.spaces.map(\.name) : nil) else {
                throw VaultError(.missing, "no space was named")
            }
            try next.add(identity, name: name, role: role, to: names, by: owner)
            return Set(names).sorted()
        }
        return try Invitation(
            pin: pin, invited: identity, name: name, isOwner: role == .owner,
            grants: granted.map { .init(space: $0, role: role) }, by: owner)
    }

    /// The invitation of somebody who is a member in just this way, made again: the one before may have been lost.
    ///
    /// - Parameters:
    ///   - identity: Whose keys.
    ///   - name: What it is called here.
    ///   - role: Its role in each space.
    ///   - spaces: The spaces; nil for all that there are, for an owner.
    ///   - reason: For the event.
    /// - Returns: the invitation, under the newest pin; nil if anything of it would have to be granted first.
    /// - Throws: ``VaultError/Code/notPermitted`` if this identity is no owner.
    package func invitationAgain(
        to identity: PublicIdentity, name: String, role: Role, spaces: [String]? = nil, reason: String = ""
    ) async throws -> Invitation? {
        let held = try await reading { state, _ -> (spaces: [String], pin: Pin)? in
            try state.requireOwner()
            let manifest = state.manifest
            let names = Set(spaces ?? (role == .owner ? manifest.spaces.map(\.name) : []))
            let held = manifest.spaces.filter { names.contains($0.name) }
            guard !names.isEmpty, held.count == names.count,
                let place = manifest.members.firstIndex(where: {
                    $0.identity == identity && $0.name == name && $0.isOwner == (role == .owner)
                }), held.allSatisfy({ manifest.roles(in: $0.id)[UInt16(place)] == role })
            else { return nil }
            return (names.sorted(), state.pin)
        }
        guard let held else { return nil }
        try await record(AuditRecord(at: now(), action: .addIdentity, paths: [name], reason: reason))
        return try Invitation(
            pin: held.pin, invited: identity, name: name, isOwner: role == .owner,
            grants: held.spaces.map { .init(space: $0, role: role) }, by: self.identity)
    }

    /// Removes a member: what it signed until now counts, nothing after, and each of its spaces goes on under keys that
    /// it never had.
    ///
    /// What it could read it has. What lies there is sealed under keys that it held until a re-keying has gone through. What
    /// counts of its chain is what hangs together from the first event on; see ``Removal/brokenAfter``.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - allowingOneself: Whether it may be the identity that does this.
    ///   - reason: For the event.
    /// - Returns: what follows from it.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/notPermitted`` for the last owner, for the last one who holds
    ///   a space, and for oneself.
    package func removeMember(
        _ name: String, allowingOneself: Bool = false, reason: String = ""
    ) async throws -> Removal {
        let own = identity.publicIdentity
        let followed = try await unbrokenChain(of: name)
        let (removed, pin) = try await changeMembership(.removeIdentity, detail: name, reason: reason) {
            (next, transaction) in
            let member = next.members[try next.indexOfMember(name)].identity
            guard allowingOneself || member != own else {
                let owners = next.members.filter(\.isOwner).map(\.identity)
                throw Removal.refusalOfOneself(name, isOnlyOwner: owners == [own])
            }
            let names = Dictionary(uniqueKeysWithValues: next.spaces.map { ($0.id, $0.name) })
            // The name may be another's by now.
            var chain = followed.signer == member.signingKey ? followed : UnbrokenChain(of: member.signingKey)
            try chain.follow(transaction)
            let brokenAfter = try chain.isBroken(in: transaction) ? chain.last?.sequence ?? 0 : nil
            let (begun, gone) = try next.remove(name, after: chain.last)
            let wasSealed = try transaction.passphraseBoxSigners().contains(member.signingKey)
            try transaction.removePassphraseBox(of: member.signingKey)
            let roles = gone.roles.compactMap { held in
                names[held.spaceID].map { Invitation.Grant(space: $0, role: held.role) }
            }
            return (gone, roles, begun, brokenAfter, wasSealed)
        }
        let isLogCut = await cutLog()
        return Removal(
            identity: removed.0.identity, name: name, wasOwner: removed.0.isOwner, roles: removed.1,
            begunSpaces: removed.2, pin: pin, brokenAfter: removed.3, isLogLeft: removed.4 && !isLogCut)
    }

    /// Follows a member's chain while nobody waits: it may be long, and the transaction only goes on from there.
    private func unbrokenChain(of name: String) async throws -> UnbrokenChain {
        try await reading { state, reader in
            try state.requireOwner()
            let member = state.manifest.members[try state.manifest.indexOfMember(name)].identity
            var chain = UnbrokenChain(of: member.signingKey)
            try chain.follow(reader)
            return chain
        }
    }
}
