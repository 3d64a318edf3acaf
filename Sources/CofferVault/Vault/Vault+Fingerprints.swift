// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

extension VaultState {
    func fingerprint(_ traced: TracedSecret, of id: EntryID, in space: UnlockedSpace) throws -> StoredFingerprint {
        guard let trace = space.trace else {
            throw VaultError(.notPermitted, "this identity may read but not write in space \(space.name)")
        }
        let tag = try traced.secret.withExposedBytes { try trace.fingerprint(of: $0, tier: traced.tier) }
        return StoredFingerprint(
            spaceID: space.id, tag: tag, entryID: id, field: traced.field, tier: traced.tier,
            isSpent: traced.change == .spent)
    }

    /// The fingerprint of a value in the space of a path.
    func tag(of secret: Secret, tier: Tier, at path: CredentialPath) throws -> Digest {
        let space = try space(of: path)
        guard let trace = space.trace else {
            throw VaultError(.notPermitted, "this identity may read but not write in space \(space.name)")
        }
        return try secret.withExposedBytes { try trace.fingerprint(of: $0, tier: tier) }
    }
}

extension Vault {
    /// The fingerprint of a refresh token: what an intent names instead of the token.
    package func tag(of secret: Secret, tier: Tier, at path: CredentialPath) throws -> Digest {
        try state.tag(of: secret, tier: tier, at: path)
    }

    /// What is known of a secret that is or was in the space of a path; nil if it never was.
    package func known(_ secret: Secret, tier: Tier, at path: CredentialPath) async throws -> StoredFingerprint? {
        try await reading { state, reader in
            try reader.fingerprint(
                space: state.space(of: path).id, tag: state.tag(of: secret, tier: tier, at: path))
        }
    }
}
