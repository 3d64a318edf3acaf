// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import Foundation

extension Vault {
    /// How many wishes are looked at in one go: 10,000.
    ///
    /// Anybody who can write the file can leave rows; those that don't count are removed, and the next go sees further.
    private static let wishLimit = 10_000

    /// Leaves a wish for a connection in the place of an earlier one of this identity, and records it.
    ///
    /// - Parameters:
    ///   - kind: What is wished.
    ///   - entry: The connection, as this identity read it.
    ///   - tokenVersion: The token it has.
    ///   - validFor: How long the token must live; nil for the default.
    ///   - reason: Details for the event.
    /// - Throws: ``VaultError``.
    package func leaveWish(
        _ kind: Wish.Kind, for entry: Entry, tokenVersion: Int64, validFor: Duration?, reason: String
    ) async throws {
        let at = now()
        let record = AuditRecord(at: at, action: .wish, paths: [entry.path.description], reason: reason)
        let milliseconds = min((validFor ?? .zero) / .milliseconds(1), Double(Int64.max / 2))
        try await writing(.flushed) { state in
            let wish = try Wish(
                kind, vault: state.pin.vaultID, space: state.space(of: entry.path).id, entry: entry.id,
                tokenVersion: tokenVersion, validForMilliseconds: Int64(max(milliseconds, 0)),
                time: at.millisecondsSince1970, by: state.identity)
            return { transaction in
                try transaction.leave(wish.stored)
                try state.append(record, bindings: [], fingerprints: [], to: transaction)
            }
        }
    }

    /// Takes this identity's wish for a connection back; nothing happens if there is none.
    package func withdrawWish(for entry: Entry) async throws {
        let signer = identity.publicIdentity.signingKey
        try await writing(.flushed) { _ in { try $0.removeWish(of: signer, for: entry.id) } }
    }

    /// Reads and judges the wishes that lie in the store.
    package func wishes() async throws -> WishSurvey {
        let instant = now().millisecondsSince1970
        return try await reading { state, reader in
            var survey = WishSurvey()
            for stored in try reader.wishes(limit: Self.wishLimit) {
                guard let wish = try state.judged(stored, at: instant, reader) else {
                    survey.void.append(stored)
                    continue
                }
                // What is wished in a space that this identity does not write is for others, and so is what only newer
                // programs know.
                guard state.writes(wish.spaceID), wish.kind.isKnown else { continue }
                survey.valid.append(wish)
            }
            return survey
        }
    }

    /// Removes wishes, but not one that was left anew since it was read.
    package func remove(_ wishes: [StoredWish]) async throws {
        guard !wishes.isEmpty else { return }
        try await writing(.flushed) { _ in
            { transaction in
                let present = Set(try transaction.wishes(limit: Self.wishLimit).map(\.body))
                for wish in wishes where present.contains(wish.body) {
                    try transaction.removeWish(of: wish.signer, for: wish.entry)
                }
            }
        }
    }
}

extension VaultState {
    func writes(_ spaceID: SpaceID) -> Bool {
        spaces.values.contains { $0.id == spaceID && $0.role > .reader }
    }

    /// The wish in a row if it counts: of this vault, by a member of the entry's space, signed, and not too old.
    func judged(_ stored: StoredWish, at instant: Int64, _ reader: any StoreReading) throws -> Wish? {
        guard let wish = try? Wish(decoding: stored.body), wish.signer == stored.signer, wish.entryID == stored.entry,
            wish.vaultID == pin.vaultID, isMember(wish.signer, of: wish.spaceID)
        else { return nil }
        // A hostile time must not make the subtraction trap.
        let (age, overflows) = instant.subtractingReportingOverflow(wish.time)
        guard !overflows, (-Wish.clockToleranceMilliseconds...Wish.lifetimeMilliseconds).contains(age) else {
            return nil
        }
        guard let row = try reader.row(id: wish.entryID), row.spaceID == wish.spaceID else { return nil }
        // The dearest check last.
        return (try? wish.verifySignature()).map { wish }
    }

    /// Whether a member has keys of the newest generation of a space.
    private func isMember(_ signer: SigningPublicKey, of spaceID: SpaceID) -> Bool {
        guard let index = manifest.members.firstIndex(where: { $0.identity.signingKey == signer }),
            let space = manifest.spaces.first(where: { $0.id == spaceID }), let newest = space.generations.last
        else { return false }
        return newest.wraps.contains { Int($0.member) == index }
    }
}
