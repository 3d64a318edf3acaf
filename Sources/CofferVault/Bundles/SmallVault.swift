// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

/// The manifest of a bundle, and the keys to seal its rows with while it is made.
struct SmallVault {
    /// The manifest as the bundle carries it.
    let manifest: Manifest
    private let sealings: [String: EntrySealing]

    /// Makes fresh keys for each space and wraps the use keys to the recipient.
    ///
    /// To seal with them, they are wrapped once more, to an identity that nobody has and that stands in no stored manifest.
    init(
        spaces names: [String], owners: [Manifest.Member], recipient: Manifest.Member, createdAt: Date,
        allowsUnauditedReading: Bool
    ) throws {
        let vaultID = VaultID.random()
        let sealer = try Identity.generate()
        var members = owners
        if !members.contains(recipient) { members.append(recipient) }
        guard let place = members.firstIndex(of: recipient) else { throw VaultError.damaged }
        var manifest = Manifest(
            vaultID: vaultID, epoch: 1, previous: .zero, createdAt: createdAt.millisecondsSince1970,
            allowsUnauditedReading: allowsUnauditedReading, members: members, spaces: [])
        var sealings: [String: EntrySealing] = [:]
        for name in names {
            let spaceID = SpaceID.random()
            let keys = try KeyMaterial.generation(1, of: spaceID, in: vaultID)
            var space = Manifest.Space(
                id: spaceID, name: name,
                generations: [
                    Manifest.Generation(
                        number: 1, signingKey: try keys.signingKey(),
                        wraps: [try keys.wrapped(to: recipient.identity, at: UInt16(place), role: .reader)])
                ], traceWraps: [])
            manifest.spaces.append(space)
            var sealing = manifest
            sealing.members.append(
                Manifest.Member(identity: sealer.publicIdentity, name: "sealer", isOwner: false))
            let last = UInt16(sealing.members.count - 1)
            space.generations[0].wraps.append(try keys.wrapped(to: sealer.publicIdentity, at: last, role: .issuer))
            sealings[name] = EntrySealing(space: try UnlockedSpace(space, of: sealing, for: sealer))
        }
        self.manifest = manifest
        self.sealings = sealings
    }

    /// Seals an entry's use tier under the small vault's keys, id and version kept.
    func seal(_ entry: Entry) throws(VaultError) -> EntryRow {
        guard let sealing = sealings[entry.path.space] else { throw .damaged }
        let draft = EntryDraft(
            entry.path, kind: entry.kind, use: entry.use, dueAt: nil, state: entry.state)
        return try sealing.seal(draft, id: entry.id, version: entry.version)
    }
}
