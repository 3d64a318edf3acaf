// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
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

    /// Removes a member: what it signed until now counts, nothing after, and each of its spaces goes on under keys that
    /// it never had.
    ///
    /// What it could read it has. What lies there is sealed under keys that it held until a re-keying has gone through.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - allowingOneself: Whether it may be the identity that does this.
    ///   - reason: For the event.
    /// - Returns: what follows from it.
    /// - Throws: ``VaultError/Code/missing``, ``VaultError/Code/notPermitted`` for the last owner, for the last one who can
    ///   write in a space, and for oneself.
    package func removeMember(
        _ name: String, allowingOneself: Bool = false, reason: String = ""
    ) async throws -> Removal {
        let own = identity.publicIdentity
        let (removed, pin) = try await changeMembership(.removeIdentity, detail: name, reason: reason) {
            (next, transaction) in
            let member = next.members[try next.indexOfMember(name)].identity
            guard allowingOneself || member != own else {
                throw VaultError(.notPermitted, "\(name) is the identity in use; another owner can remove it")
            }
            let names = Dictionary(uniqueKeysWithValues: next.spaces.map { ($0.id, $0.name) })
            let last = try AuditHead.lastSound(of: member.signingKey, in: transaction)
            let (begun, gone) = try next.remove(name, after: last)
            try transaction.removePassphraseBox(of: member.signingKey)
            let roles = gone.roles.compactMap { held in
                names[held.spaceID].map { Invitation.Grant(space: $0, role: held.role) }
            }
            return (gone, roles, begun)
        }
        return Removal(
            identity: removed.0.identity, name: name, wasOwner: removed.0.isOwner, roles: removed.1,
            begunSpaces: removed.2, pin: pin)
    }
}

extension AuditHead {
    /// The newest event of a chain that its signer really signed; nil for none.
    ///
    /// The store's index is not signed, and whoever is to be removed may have written into its own chain what would make
    /// the bound worthless. So the last event is checked, and if it is not sound, the last one that is counts.
    static func lastSound(of signer: SigningPublicKey, in reader: any StoreReading) throws -> AuditHead? {
        guard let head = try reader.head(of: signer) else { return nil }
        if let stored = try reader.events(of: signer, from: head.sequence, limit: 1).first,
            let event = try? AuditEvent(decoding: stored), event.signer == signer, event.sequence == head.sequence,
            (try? event.verifySignature()) != nil
        {
            return AuditHead(signer: signer, sequence: event.sequence, hash: event.hash)
        }
        var last = AuditHead(signer: signer, sequence: 0, hash: .zero)
        while true {
            let batch = try reader.events(of: signer, from: last.sequence + 1, limit: 256)
            for stored in batch {
                guard let event = try? AuditEvent(decoding: stored), event.signer == signer,
                    event.sequence == last.sequence + 1, event.previous == last.hash,
                    (try? event.verifySignature()) != nil
                else { return last.sequence == 0 ? nil : last }
                last = AuditHead(signer: signer, sequence: event.sequence, hash: event.hash)
            }
            if batch.isEmpty { return last.sequence == 0 ? nil : last }
        }
    }
}
