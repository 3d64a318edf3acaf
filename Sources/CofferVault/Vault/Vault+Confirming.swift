// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Vault {
    /// Confirms that entries are the newest that were ever written: the last write event of each names its
    /// version and its row.
    ///
    /// A whole older row opens by itself, signature and all; its event tells. Issuers call this before they
    /// send a refresh token. Not noticed: a store in which the chains themselves were cut off at their ends, which only a
    /// client that has seen newer heads can tell.
    ///
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/conflict`` if one was written since it was read.
    package func confirmNewest(_ entries: Entry...) async throws {
        try await reading { state, reader in
            for entry in entries {
                let expected = AuditBinding(
                    entryID: entry.id, version: entry.version, rowHash: try state.presentHash(of: entry, reader))
                try state.confirmNewest(
                    expected, of: entry.id, in: state.space(of: entry.path).id, reader, self.followed)
            }
        }
    }
}

extension VaultState {
    /// The hash of the row that an entry has now: another than when it was read, if it was sealed again meanwhile.
    ///
    /// - Throws: ``VaultError/Code/conflict`` if it was written since, ``VaultError/damaged`` if the version is the same and what is
    ///   inside is not.
    fileprivate func presentHash(of entry: Entry, _ reader: any StoreReading) throws -> Digest {
        guard let row = try reader.row(id: entry.id), row.version == entry.version else {
            throw VaultError(.conflict, "\(entry.path) was changed by another process")
        }
        let space = try space(of: entry.path)
        let hash = row.hash(in: space.vaultID)
        guard hash != entry.rowHash else { return hash }
        let present = try EntrySealing(space: space).open(row, asked: entry.path)
        guard present.use == entry.use, present.issue == entry.issue else { throw VaultError.damaged }
        return hash
    }

    /// Confirms that `expected` is what was last written under an id; nil if nothing ever was.
    ///
    /// The store's index names the event, and the index is not signed. So the chains are read on from there: no
    /// later event may have written under this id.
    func confirmNewest(
        _ expected: AuditBinding?, of id: EntryID, in spaceID: SpaceID, _ reader: any StoreReading,
        _ followed: FollowedChains
    ) throws {
        let stored = try reader.newestWrite(of: id)
        guard let expected, let stored else {
            guard expected == nil, stored == nil else { throw VaultError.damaged }
            return
        }
        let event = try AuditEvent(decoding: stored)
        try event.verifySignature()
        guard mayWrite(event.signer, at: event.sequence, in: spaceID), event.bindings.contains(expected),
            event.bindings.allSatisfy({ $0.entryID != id || $0 == expected })
        else { throw VaultError.damaged }
        for (signer, end) in writers(in: spaceID) {
            let seen =
                signer == event.signer
                ? event.head
                : event.heads.first { $0.signer == signer } ?? AuditHead(signer: signer, sequence: 0, hash: .zero)
            try followed.confirmNothingBound(id, after: seen, upTo: end, reader)
        }
    }

    /// A reader signs events too, and could vouch for an older row that it has put back; so could somebody who was
    /// removed, with events of afterwards.
    private func mayWrite(_ signer: SigningPublicKey, at sequence: UInt64, in spaceID: SpaceID) -> Bool {
        manifest.writer(signer, at: sequence, in: spaceID).map { $0 > .reader } ?? false
    }

    /// Everybody whose events can have written into a space; with where its chain ends, for the departed.
    private func writers(in spaceID: SpaceID) -> [(signer: SigningPublicKey, end: AuditHead?)] {
        let members = manifest.roles(in: spaceID).filter { $0.value > .reader }
            .map { (signer: manifest.members[Int($0.key)].identity.signingKey, end: AuditHead?.none) }
        let departed = manifest.departed.compactMap(\.lastHead)
            .filter { (manifest.writer($0.signer, at: $0.sequence, in: spaceID) ?? .reader) > .reader }
            .map { (signer: $0.signer, end: AuditHead?.some($0)) }
        return members + departed
    }
}
