// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// One link of an identity's signed chain of events.
///
/// Clear: whose chain, the number, the predecessor's hash, which rows were written. Sealed to each
/// owner: time, action, paths, outcome, reason. An issuer's or owner's event also names the heads of
/// all chains, so that re-signing or dropping a whole chain shows.
package struct AuditEvent: Sendable, Equatable {
    /// The body, sealed to one owner.
    package struct SealedBody: Sendable, Equatable {
        /// The owner's key.
        let owner: EncryptionPublicKey
        /// The sealed box.
        let box: [UInt8]
    }

    /// Whose chain it is.
    package let signer: SigningPublicKey
    /// The number in the chain, from 1.
    package let sequence: UInt64
    /// The hash of the event before, zero for the first.
    package let previous: Digest
    /// The rows this event wrote.
    package let bindings: [AuditBinding]
    /// The fingerprints this event kept or marked as spent.
    package let fingerprints: [StoredFingerprint]
    /// The newest event of every other chain, as far as the writer saw.
    package let heads: [AuditHead]
    /// The bodies.
    package let bodies: [SealedBody]
    /// The signature over ``hash``.
    package private(set) var signature: Signature

    /// Seals, chains and signs a record.
    package init(
        _ record: AuditRecord, after head: AuditHead?, by identity: Identity, owners: [PublicIdentity],
        bindings: [AuditBinding], fingerprints: [StoredFingerprint], heads: [AuditHead]
    ) throws(VaultError) {
        signer = identity.publicIdentity.signingKey
        // The number comes out of the store: one that could not be counted further is somebody's work.
        let last = head?.sequence ?? 0
        guard last < UInt64(Int64.max) else { throw .damaged }
        sequence = last + 1
        previous = head?.hash ?? .zero
        self.bindings = bindings
        self.fingerprints = fingerprints
        self.heads = heads.filter { $0.signer != identity.publicIdentity.signingKey }
        do {
            var bodies: [SealedBody] = []
            for owner in owners {
                bodies.append(
                    SealedBody(owner: owner.encryptionKey, box: try owner.encryptionKey.wrap(record.encoded)))
            }
            self.bodies = bodies
            signature = try Signature([UInt8](repeating: 0, count: Signature.byteCount))
            signature = try identity.signing.sign(Self.message(hash))
        } catch {
            throw VaultError(.damaged, "the audit event could not be written")
        }
    }

    /// The hash of everything but the signature: what the next event names.
    package var hash: Digest { Digest(hashing: unsigned) }

    /// Where the chain stands with it.
    var head: AuditHead { AuditHead(signer: signer, sequence: sequence, hash: hash) }

    /// Whether it is the next event of a chain that stands at `head`.
    func follows(_ head: AuditHead) -> Bool {
        // The number comes out of a store, and the greatest there is must not make an addition trap.
        signer == head.signer && sequence > head.sequence && sequence - head.sequence == 1 && previous == head.hash
    }

    /// Checks the signature against the chain's key.
    package func verifySignature() throws(VaultError) {
        do { try signer.verify(signature, of: Self.message(hash)) } catch { throw .damaged }
    }

    /// Opens the body with an owner's identity; nil if it was not sealed to it.
    package func record(openedBy identity: Identity) throws(VaultError) -> AuditRecord? {
        guard let body = bodies.first(where: { $0.owner == identity.publicIdentity.encryptionKey }) else { return nil }
        do {
            return try AuditRecord(decoding: identity.encryption.unwrap(body.box).withExposedBytes { Array($0) })
        } catch {
            throw .damaged
        }
    }

    private static func message(_ hash: Digest) -> [UInt8] {
        var writer = CanonicalWriter(Labels.eventSignature)
        writer.fixed(hash.bytes)
        return writer.bytes
    }

    // MARK: - Coding

    private var unsigned: [UInt8] {
        var writer = CanonicalWriter(Labels.event)
        writer.fixed(signer.bytes)
        writer.integer(sequence)
        writer.fixed(previous.bytes)
        writer.integer(UInt32(bindings.count))
        for binding in bindings {
            writer.fixed(binding.entryID.bytes)
            writer.integer(binding.version)
            writer.fixed(binding.rowHash.bytes)
        }
        writer.integer(UInt32(fingerprints.count))
        for fingerprint in fingerprints { fingerprint.write(to: &writer) }
        writer.integer(UInt32(heads.count))
        for head in heads {
            writer.fixed(head.signer.bytes)
            writer.integer(head.sequence)
            writer.fixed(head.hash.bytes)
        }
        writer.integer(UInt16(bodies.count))
        for body in bodies {
            writer.fixed(body.owner.bytes)
            writer.variable(body.box)
        }
        return writer.bytes
    }

    /// The stored form: the hashed bytes and the signature.
    package var encoded: [UInt8] {
        unsigned + signature.bytes
    }

    /// Reads the stored form; the signature is not checked yet.
    ///
    /// - Throws: ``VaultError/damaged``.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        do {
            try reader.label(Labels.event)
            signer = try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount))
            sequence = try reader.integer()
            previous = try Digest(reader.fixed(Digest.byteCount))
            var bindings: [AuditBinding] = []
            for _ in 0..<(try reader.integer(UInt32.self)) {
                bindings.append(
                    AuditBinding(
                        entryID: try EntryID(reader.fixed(EntryID.byteCount)), version: try reader.integer(),
                        rowHash: try Digest(reader.fixed(Digest.byteCount))))
            }
            self.bindings = bindings
            var fingerprints: [StoredFingerprint] = []
            for _ in 0..<(try reader.integer(UInt32.self)) {
                fingerprints.append(try StoredFingerprint(from: &reader))
            }
            self.fingerprints = fingerprints
            var heads: [AuditHead] = []
            for _ in 0..<(try reader.integer(UInt32.self)) {
                heads.append(
                    AuditHead(
                        signer: try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount)),
                        sequence: try reader.integer(), hash: try Digest(reader.fixed(Digest.byteCount))))
            }
            self.heads = heads
            var bodies: [SealedBody] = []
            for _ in 0..<(try reader.integer(UInt16.self)) {
                bodies.append(
                    SealedBody(
                        owner: try EncryptionPublicKey(reader.fixed(EncryptionPublicKey.byteCount)),
                        box: try reader.variable()))
            }
            self.bodies = bodies
            signature = try Signature(reader.fixed(Signature.byteCount))
            try reader.finish()
        } catch {
            throw .damaged
        }
    }
}
