// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What the signed events say of fingerprints; the store's table is an index of it.
///
/// One element for each fingerprint: some 100 MB for two million, hence the flat types.
struct KeptFingerprints: Sendable {
    /// What the events say of a row.
    enum Verdict: Sendable, Equatable {
        /// The same.
        case same
        /// No event of anybody who may write there kept it.
        case unknown
        /// It was kept, for another entry, field or tier.
        case elsewhere
        /// It was kept, and nobody has said that it was spent.
        case notSpent
    }

    private struct Key: Hashable {
        let first: UInt64
        let second: UInt64
    }

    /// The places where each was kept, hashed, with the lowest bit for whether it was spent.
    private var kept: [Key: UInt64] = [:]
    /// Further places of the few that were kept in several: the table names the first, which is not known to one chain alone.
    private var others: [Key: Set<UInt64>] = [:]

    /// Takes what an event says that counts.
    mutating func take(_ fingerprint: StoredFingerprint) {
        let key = Self.key(fingerprint)
        let place = Self.place(fingerprint)
        let spent: UInt64 = fingerprint.isSpent ? 1 : 0
        guard let before = kept[key] else {
            kept[key] = place | spent
            return
        }
        kept[key] = before | spent
        if before & ~1 != place { others[key, default: []].insert(place) }
    }

    /// Compares a row of the table.
    func verdict(on row: StoredFingerprint) -> Verdict {
        let key = Self.key(row)
        guard let known = kept[key] else { return .unknown }
        let place = Self.place(row)
        guard known & ~1 == place || others[key]?.contains(place) == true else { return .elsewhere }
        return row.isSpent && known & 1 == 0 ? .notSpent : .same
    }

    private static func key(_ fingerprint: StoredFingerprint) -> Key {
        let bytes = Digest(hashing: fingerprint.spaceID.bytes + fingerprint.tag.bytes).bytes
        return Key(first: NewestBindings.Words4.word(bytes, 0), second: NewestBindings.Words4.word(bytes, 8))
    }

    private static func place(_ fingerprint: StoredFingerprint) -> UInt64 {
        let field = [UInt8(fingerprint.field >> 8), UInt8(fingerprint.field & 0xFF), fingerprint.tier.rawValue]
        return NewestBindings.Words4.word(Digest(hashing: fingerprint.entryID.bytes + field).bytes, 0) & ~1
    }
}
