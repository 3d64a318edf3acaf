// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What lies in one place of a chain, as far as this identity can read it.
package struct AuditListing: Sendable {
    /// Whose chain.
    package let signer: ChainSigner
    /// The number under which it lies.
    package let sequence: UInt64
    /// The event; nil if what lies there is not what was signed.
    package let event: AuditEvent?
    /// The body; nil if it was not sealed to this identity.
    package let record: AuditRecord?

    /// The name of the identity that was handed what it hands out: of a bundle, whose it is; readers make none.
    package var receiver: String {
        guard let record, record.action == .bundle, signer.isWitness else { return signer.name }
        return record.details["for"] ?? signer.name
    }

    /// Takes an event that a walk has verified.
    init(_ event: AuditEvent, of signer: ChainSigner, openedBy identity: Identity) {
        self.signer = signer
        sequence = event.sequence
        self.event = event
        record = try? event.record(openedBy: identity)
    }

    init(_ stored: StoredEvent, of signer: ChainSigner, openedBy identity: Identity?) {
        self.signer = signer
        sequence = stored.sequence
        let event = try? AuditEvent(decoding: stored.bytes)
        let isSound =
            event.map {
                $0.signer == signer.key && $0.sequence == stored.sequence && (try? $0.verifySignature()) != nil
            } ?? false
        self.event = isSound ? event : nil
        record = isSound ? identity.flatMap { try? event?.record(openedBy: $0) } : nil
    }
}
