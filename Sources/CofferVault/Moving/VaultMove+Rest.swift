// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension VaultMove {
    /// How many wishes are brought over: anybody may have left any number, and whoever still waits leaves it again.
    private static let mostWishes = 10_000

    /// Brings the journals of rotations over.
    func sweepJournals(_ chain: MovedChain) async throws -> Int {
        var changed = 0
        for space in chain.spaces {
            for first in try await source.read({ try $0.journalBeginnings(space: space) }) {
                let rows = try await source.read { try $0.journal(of: first.id) }
                let there = try await target.read { try $0.journal(of: first.id) }
                guard rows != there else { continue }
                try await put { transaction in
                    // One that only got longer keeps its place among the others.
                    let isLonger = rows.starts(with: there)
                    if !isLonger { try transaction.removeJournal(of: first.id) }
                    for row in rows.dropFirst(isLonger ? there.count : 0) { try transaction.append(row) }
                }
                changed += 1
            }
        }
        let kept = Set(try await source.read { try $0.journalKeys() })
        for key in try await target.read({ try $0.journalKeys() }) where !kept.contains(key) {
            let id = try EntryID(key)
            try await put { try $0.removeJournal(of: id) }
            changed += 1
        }
        return changed
    }

    /// Brings the fingerprints of all spaces over, also of those that are gone.
    func sweepFingerprints(_ chain: MovedChain) async throws -> Int {
        let limit = pageLength
        var changed = 0
        for space in chain.spaces {
            changed += try await sweepPages(
                { (reader: any StoreReading, last: StoredFingerprint?) in
                    try reader.fingerprints(space: space, after: last?.tag, limit: limit)
                },
                by: { $0.tag.bytes.lexicographicallyPrecedes($1.tag.bytes) },
                { fingerprints, there in
                    let known = Dictionary(there.map { ($0.tag, $0) }) { first, _ in first }
                    let differing = fingerprints.filter { known[$0.tag] != $0 }
                    guard Set(there.map(\.tag)).isSubset(of: fingerprints.map(\.tag)) else { throw Self.foreign }
                    guard !differing.isEmpty else { return 0 }
                    try await put { transaction in
                        for fingerprint in differing { try transaction.keep(fingerprint) }
                    }
                    return differing.count
                })
        }
        return changed
    }

    /// Brings over who keeps an identity under a passphrase, and the boxes.
    func sweepBoxes() async throws -> Int {
        let boxes = try await Self.boxes(in: source)
        let there = try await Self.boxes(in: target)
        guard boxes != there else { return 0 }
        try await put { transaction in
            for box in there { try transaction.removePassphraseBox(of: box.signer) }
            for box in boxes { try transaction.keep(box) }
        }
        return 1
    }

    private static func boxes(in store: any VaultStore) async throws -> [StoredPassphraseBox] {
        try await store.read { reader in
            try reader.passphraseBoxSigners().compactMap { try reader.passphraseBox(of: $0) }
        }
    }

    /// Brings over what readers wait for.
    func sweepWishes() async throws -> Int {
        let wishes = try await source.read { try $0.wishes(limit: Self.mostWishes) }
        let there = try await target.read { try $0.wishes(limit: Self.mostWishes) }
        guard wishes != there else { return 0 }
        try await put { transaction in
            for wish in there where !wishes.contains(wish) {
                try transaction.removeWish(of: wish.signer, for: wish.entry)
            }
            for wish in wishes where !there.contains(wish) { try transaction.leave(wish) }
        }
        return 1
    }

    /// Brings over the answers that could not be committed.
    ///
    /// They are found by the intents that name the old folder as well, but only by programs of this machine.
    func copySpilled() throws {
        for place in try source.spill.places() {
            let there = try spill.kept(for: place.id).filter { $0.version == place.version }.map(\.bytes)
            for kept in try source.spill.kept(for: place.id)
            where kept.version == place.version && !there.contains(kept.bytes) {
                try spill.keep(kept.bytes, for: place.id, version: place.version)
            }
        }
    }
}
