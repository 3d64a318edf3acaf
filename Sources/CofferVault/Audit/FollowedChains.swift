// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// How far this process has followed each writer's chain of events.
///
/// Before a refresh token is sent its row must be known to be the newest: no event behind the one that wrote it may bind its id.
/// Hashes tie a chain together, so that what was followed once need not be followed again: an open vault reads each
/// event once, however many entries it asks for.
final class FollowedChains: Sendable {
    private let chains = Mutex<[SigningPublicKey: FollowedChain]>([:])

    /// Confirms that a chain holds together from a head to its end, and that nothing behind the head binds an id.
    ///
    /// - Parameters:
    ///   - id: The id.
    ///   - head: Where to begin; a head that a good event names, or such an event's own.
    ///   - bound: Of a departed member, the last event that counts, which the manifest vouches for.
    ///   - reader: The store.
    /// - Throws: ``VaultError/damaged``.
    func confirmNothingBound(
        _ id: EntryID, after head: AuditHead, upTo bound: AuditHead?, _ reader: any StoreReading
    ) throws {
        // A head beyond the bound was seen after the removal, and with it all that counts.
        if let bound, head.sequence > bound.sequence { return }
        try chains.withLock { chains in
            // Taken out while it changes, or all of it would be copied; what is damaged is read anew the next time.
            var chain = chains.removeValue(forKey: head.signer) ?? FollowedChain(at: head)
            // Followed while its identity was a member, beyond what counts since it was removed.
            if let bound, chain.end.sequence > bound.sequence { chain = FollowedChain(at: head) }
            if head.sequence < chain.start.sequence {
                var earlier = FollowedChain(at: head)
                _ = try earlier.follow(upTo: chain.start.sequence, reader)
                guard earlier.end == chain.start else { throw VaultError.damaged }
                chain.extend(back: earlier)
            }
            var later = FollowedChain(at: chain.end)
            let newest = try later.follow(upTo: bound?.sequence ?? .max, reader)
            // The hashes tie each event to the one before, so that one signature, the last, vouches for all of them.
            if let bound {
                guard later.end.sequence != bound.sequence || later.end == bound else { throw VaultError.damaged }
            } else {
                try newest?.verifySignature()
            }
            chain.extend(by: later)
            if let bound, !chain.contains(bound) { throw VaultError.damaged }
            guard chain.contains(head), !chain.binds(id, after: head) else { throw VaultError.damaged }
            chain.trim()
            chains[head.signer] = chain
        }
    }
}
