// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

extension Vault {
    /// Whether a refresh token was used before, and must never be sent again.
    ///
    /// The table of fingerprints is not signed: of a token that it calls spent an event must say so, too, or somebody who can
    /// write the file could take each account out of service.
    ///
    /// - Parameters:
    ///   - secret: The token.
    ///   - tier: The tier under which its fingerprint was kept.
    ///   - path: The connection.
    /// - Returns: false also for what was never in the vault.
    /// - Throws: ``VaultError/damaged`` if the table alone says so; ``VaultError/Code/notPermitted`` for a reader.
    package func isSpent(_ secret: Secret, tier: Tier, at path: CredentialPath) async throws -> Bool {
        try await reading { state, reader in
            let space = try state.space(of: path).id
            let tag = try state.tag(of: secret, tier: tier, at: path)
            guard let known = try reader.fingerprint(space: space, tag: tag), known.isSpent else { return false }
            if try state.recentWrites(of: known.entryID, reader).contains(where: { state.marksSpent($0, known) }) {
                return true
            }
            // Seldom: it was spent long ago, or marked again when the vault was restored.
            var isMarked = false
            _ = try ChainWalk.run(state, reader) { event, _ in
                if state.marksSpent(event, known) { isMarked = true }
            }
            guard isMarked else { throw VaultError.damaged }
            return true
        }
    }
}

extension VaultState {
    /// How many writes of one entry are looked at before the whole record is.
    private static let recentWriteCount: UInt64 = 64

    /// The events of an entry's last writes, as the index names them, each with a good signature.
    fileprivate func recentWrites(of id: EntryID, _ reader: any StoreReading) throws -> [AuditEvent] {
        guard let version = try reader.row(id: id)?.version else { return [] }
        let first = version > Self.recentWriteCount ? version - Self.recentWriteCount : 1
        return try reader.writes(of: id, from: first, limit: Int(Self.recentWriteCount) + 1).compactMap { write in
            guard let event = try? AuditEvent(decoding: write.bytes), (try? event.verifySignature()) != nil else {
                return nil
            }
            return event
        }
    }

    /// Whether an event of somebody who may write there says that a token was spent.
    fileprivate func marksSpent(_ event: AuditEvent, _ known: StoredFingerprint) -> Bool {
        event.fingerprints.contains { $0.isSpent && $0.spaceID == known.spaceID && $0.tag == known.tag }
            && (manifest.writer(event.signer, at: event.sequence, in: known.spaceID) ?? .reader) > .reader
    }
}
