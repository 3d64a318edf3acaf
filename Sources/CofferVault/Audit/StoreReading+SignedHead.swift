// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension StoreReading {
    /// A head with the hash of the event that lies in its place, if its signer really signed that.
    ///
    /// The hash beside an event is an index, and not signed. Where the event is damaged and not the hash, the hash is what
    /// the chain goes on from.
    func signedHead(_ head: AuditHead) throws -> AuditHead {
        guard let stored = try storedEvents(of: head.signer, from: head.sequence, limit: 1).first,
            stored.sequence == head.sequence, stored.bytes.count > Signature.byteCount
        else { return head }
        let hash = Digest(hashing: Array(stored.bytes.dropLast(Signature.byteCount)))
        guard hash != head.hash else { return head }
        guard let event = try? AuditEvent(decoding: stored.bytes), event.signer == head.signer,
            event.sequence == head.sequence, (try? event.verifySignature()) != nil
        else { return head }
        return AuditHead(signer: head.signer, sequence: head.sequence, hash: hash)
    }
}
