// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// What was brought home from a bundle.
package struct CollectedEvents: Sendable, Equatable {
    /// The bundle.
    package let bundle: VaultID
    /// Whose events they are: the name that the manifest gives or gave.
    package let member: String
    /// How many came with this call.
    package let added: Int
    /// How many there are now.
    package let total: Int
}

extension Vault {
    /// Brings the events of a bundle home: verified, kept under the bundle's id, and vouched for by an event of one's own.
    ///
    /// Events that came home before stay; a bundle whose chain does not go on from them is refused.
    ///
    /// - Parameters:
    ///   - bundle: The bundle's store; it need not be opened by whom it is for, and its time may be over.
    ///   - name: What it is called in messages.
    ///   - reason: What the caller gives as a reason.
    /// - Returns: what came.
    /// - Throws: ``VaultError/Code/wrongIdentity`` for a bundle of another vault, ``VaultError/Code/notPermitted`` for a
    ///   reader, ``VaultError/damaged``.
    package func collect(
        _ bundle: any VaultStore, named name: String, reason: String
    ) async throws -> CollectedEvents {
        let (envelope, events): (BundleEnvelope, [[UInt8]])
        do { (envelope, events) = try await recorded(in: bundle, name) } catch let error as VaultError {
            throw error.code == .damaged ? Self.closedBundle(name) : error
        }
        let at = now()
        return try await writing(.synced) { state in
            guard state.highestRole > .reader else {
                throw VaultError(.notPermitted, "only an issuer or owner can bring events home")
            }
            guard state.isKnown(envelope.signer), let member = state.name(of: envelope.recipient.signingKey) else {
                throw VaultError(
                    .damaged, "whoever made this bundle, or whom it is for, never was a member of this vault")
            }
            let record = AuditRecord(
                at: at, action: .collectBundle, paths: [], reason: reason,
                details: ["bundle": envelope.id.description, "for": member, "events": "\(events.count)"])
            return { transaction in
                let known = try transaction.collectedEvents(of: envelope.id, from: 1, limit: .max)
                guard known.count <= events.count, Array(events.prefix(known.count)) == known else {
                    throw VaultError(
                        .damaged, "more events of this bundle came home before than are in it: it was cut or forged")
                }
                for (place, event) in events.enumerated().dropFirst(known.count) {
                    try transaction.keepCollected(event, sequence: UInt64(place) + 1, of: envelope.id)
                }
                try state.append(record, bindings: [], fingerprints: [], to: transaction)
                return CollectedEvents(
                    bundle: envelope.id, member: member, added: events.count - known.count, total: events.count)
            }
        }
    }

    /// The failure of a bundle whose record can't be read or is not what its identity signed.
    package static func closedBundle(_ name: String) -> VaultError {
        VaultError(
            .damaged,
            "the bundle \(name) is damaged or was changed by another program: what it recorded can't be brought home")
    }

    private func recorded(in bundle: any VaultStore, _ name: String) async throws -> (BundleEnvelope, [[UInt8]]) {
        let found = try await bundle.read { reader -> (BundleEnvelope, [[UInt8]]) in
            guard let bytes = try reader.bundleEnvelope() else {
                throw VaultError(.foreign, "\(name) is a vault and no bundle")
            }
            let envelope = try BundleEnvelope(decoding: bytes)
            return (envelope, try reader.events(of: envelope.recipient.signingKey, from: 1, limit: .max))
        }
        guard found.0.parentID == id else {
            throw VaultError(.wrongIdentity, "this bundle comes from another vault")
        }
        try found.0.verifySignature()
        try Self.verify(found.1, of: found.0)
        return found
    }

    /// Every link from the bundle's root on; the last signature vouches for all.
    static func verify(_ events: [[UInt8]], of envelope: BundleEnvelope) throws {
        var previous = Digest(hashing: envelope.id.bytes)
        var last: AuditEvent?
        for (place, bytes) in events.enumerated() {
            let event = try AuditEvent(decoding: bytes)
            guard event.signer == envelope.recipient.signingKey, event.sequence == UInt64(place) + 1,
                event.previous == previous
            else { throw VaultError.damaged }
            previous = event.hash
            last = event
        }
        try last?.verifySignature()
    }
}

extension VaultState {
    /// Whether a key is or was a member's.
    func isKnown(_ signer: SigningPublicKey) -> Bool { name(of: signer) != nil }

    /// What the manifest calls or called whoever holds a key.
    func name(of signer: SigningPublicKey) -> String? {
        manifest.members.first { $0.identity.signingKey == signer }?.name
            ?? manifest.departed.first { $0.identity.signingKey == signer }?.name
    }
}
