// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

extension RekeyRun {
    /// How much is proven.
    enum Proof {
        /// That the keys open what they seal: before anything is sealed again.
        case keys
        /// And that what was sealed again opens: before the older keys go.
        case rowsToo
    }

    /// Proves that this identity opens the run's generation from what is stored, and nothing else in memory.
    ///
    /// That the others open it can't be tried without their keys: whoever holds an older generation must be wrapped the
    /// newest in the same role.
    ///
    /// - Returns: false if a newer generation has begun.
    /// - Throws: ``VaultError/damaged``.
    func prove(_ proof: Proof) async throws -> Bool {
        let text = IdentityText(identity: vault.identity, pin: vault.pin)
        do {
            let fresh = try await Vault.unlock(vault.store, with: text, now: vault.now)
            return try await fresh.reading { [spaceID, target] state, reader in
                let space = try Self.space(spaceID, in: state)
                guard space.current.generation == target else { return false }
                // The pin vouches for the newest manifest here; whoever comes from an older one goes by its signature.
                guard let stored = try reader.manifests(from: state.pin.epoch).first else { throw VaultError.damaged }
                try SignedManifest(decoding: stored).verifySignature()
                try Self.prove(space, of: state.manifest)
                // One row is as good as all: each was opened and sealed by the same keys.
                guard proof == .rowsToo, let row = try reader.rows(space: spaceID, after: nil, limit: 1).first else {
                    return true
                }
                guard row.generation == target else { return false }
                let entry = try EntrySealing(space: space).open(row, asked: nil)
                guard entry.issue != nil else { throw VaultError.damaged }
                return true
            }
        } catch let error as VaultError where error.code == .damaged {
            throw VaultError(
                .damaged, "the newest keys of space \(name) do not open what they seal; the older ones were kept",
                hint: "see: coffer verify")
        }
    }

    /// Seals something and opens it: the keys belong together, and to the public key in the manifest.
    private static func prove(_ space: UnlockedSpace, of manifest: Manifest) throws {
        guard let trace = space.trace else { throw VaultError.damaged }
        try trace.prove()
        let path = try CredentialPath("\(space.name)/proof")
        var fields = FieldTable()
        fields.set(EntrySealing.Tag.firstOwn, text: "proof")
        let draft = EntryDraft(path, kind: .secret, use: fields, issue: fields)
        let sealing = EntrySealing(space: space)
        let entry = try sealing.open(try sealing.seal(draft, id: .random(), version: 1), asked: path)
        guard entry.use == fields, entry.issue == fields else { throw VaultError.damaged }
        let generations = manifest.spaces.first { $0.id == space.id }?.generations ?? []
        let newest = generations.last?.wraps ?? []
        for wrap in generations.flatMap(\.wraps) {
            guard newest.contains(where: { $0.member == wrap.member && $0.role == wrap.role }) else {
                throw VaultError.damaged
            }
        }
    }
}
