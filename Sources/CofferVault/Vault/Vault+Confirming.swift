// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension Vault {
    /// Confirms that an entry is the newest that was ever written: the last write event of it names this
    /// version and this row.
    ///
    /// A whole older row opens by itself, signature and all; its event tells. Issuers call this before they
    /// send a refresh token. Not noticed: a store in which the chains themselves were cut off at their ends, which only a
    /// client that has seen newer heads can tell.
    ///
    /// - Throws: ``VaultError/damaged``.
    package func confirmNewest(_ entry: Entry) async throws {
        let expected = AuditBinding(entryID: entry.id, version: entry.version, rowHash: entry.rowHash)
        try await reading { state, reader in
            try state.confirmNewest(expected, of: entry.id, in: state.space(of: entry.path).id, reader)
        }
    }
}

extension VaultState {
    /// Confirms that `expected` is what was last written under an id; nil if nothing ever was.
    ///
    /// The store's index names the event, and the index is not signed. So the chains are read on from there: no
    /// later event may have written under this id.
    func confirmNewest(
        _ expected: AuditBinding?, of id: EntryID, in spaceID: SpaceID, _ reader: any StoreReading
    ) throws {
        let stored = try reader.newestWrite(of: id)
        guard let expected, let stored else {
            guard expected == nil, stored == nil else { throw VaultError.damaged }
            return
        }
        let event = try AuditEvent(decoding: stored)
        try event.verifySignature()
        guard mayWrite(event.signer, in: spaceID), event.bindings.contains(expected),
            event.bindings.allSatisfy({ $0.entryID != id || $0 == expected })
        else { throw VaultError.damaged }
        let writer = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
        for member in manifest.members where mayWrite(member.identity.signingKey, in: spaceID) {
            let signer = member.identity.signingKey
            let seen = signer == writer.signer ? writer : event.heads.first { $0.signer == signer }
            try confirmNothingWritten(
                under: id, after: seen ?? AuditHead(signer: signer, sequence: 0, hash: .zero), reader)
        }
    }

    /// A reader signs events too, and could vouch for an older row that it has put back.
    private func mayWrite(_ signer: SigningPublicKey, in spaceID: SpaceID) -> Bool {
        manifest.role(of: signer, in: spaceID).map { $0 > .reader } ?? false
    }

    /// Follows a chain from a head to its end.
    ///
    /// The hashes tie each event to the one before, so that one signature, the last, vouches for all of them.
    private func confirmNothingWritten(under id: EntryID, after head: AuditHead, _ reader: any StoreReading) throws {
        var last = head
        var newest: AuditEvent?
        while true {
            // Numbers come out of the store, and a hostile one must not make the addition trap.
            guard last.sequence < UInt64(Int64.max) else { throw VaultError.damaged }
            // A few at a time: a chain may be long and is not held in memory.
            let batch = try reader.events(of: head.signer, from: last.sequence + 1, limit: 256)
            if batch.isEmpty { break }
            for bytes in batch {
                let event = try AuditEvent(decoding: bytes)
                guard event.signer == head.signer, event.sequence == last.sequence + 1, event.previous == last.hash,
                    !event.bindings.contains(where: { $0.entryID == id })
                else { throw VaultError.damaged }
                last = AuditHead(signer: event.signer, sequence: event.sequence, hash: event.hash)
                newest = event
            }
        }
        try newest?.verifySignature()
    }
}
