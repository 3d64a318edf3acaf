// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

extension SeenRecord {
    /// The largest file that is read, in bytes: heads of some thousand members.
    static let largest = 1 << 20

    /// The canonical bytes, and behind them the keyed hash that only the identity can make.
    func encoded(by identity: Identity) throws(VaultError) -> [UInt8] {
        var writer = CanonicalWriter(Labels.seen)
        writer.fixed(pin.encoded)
        writer.integer(restoredAt)
        Self.write(lasting, to: &writer)
        Self.write(recent, to: &writer)
        writer.fixed(boot.bytes)
        writer.integer(UInt32(taints.count))
        for (id, epoch) in taints.sorted(by: { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }) {
            writer.fixed(id.bytes)
            writer.integer(epoch)
        }
        return writer.bytes + (try identity.seenTag(of: writer.bytes, pin.vaultID)).bytes
    }

    private static func write(_ heads: [SigningPublicKey: AuditHead], to writer: inout CanonicalWriter) {
        writer.integer(UInt32(heads.count))
        for head in heads.values.sorted(by: { $0.signer.bytes.lexicographicallyPrecedes($1.signer.bytes) }) {
            writer.fixed(head.signer.bytes)
            writer.integer(head.sequence)
            writer.fixed(head.hash.bytes)
        }
    }

    /// Reads the stored form.
    ///
    /// - Throws: ``VaultError/damaged`` for what this identity did not write of this vault.
    init(decoding bytes: [UInt8], of vaultID: VaultID, by identity: Identity) throws(VaultError) {
        guard bytes.count > Digest.byteCount else { throw .damaged }
        let body = Array(bytes.dropLast(Digest.byteCount))
        guard try identity.seenTag(of: body, vaultID).bytes == Array(bytes.suffix(Digest.byteCount)) else {
            throw .damaged
        }
        var reader = CanonicalReader(body)
        try reader.label(Labels.seen)
        pin = try Pin(decoding: reader.fixed(Pin.byteCount))
        restoredAt = try reader.integer()
        lasting = try Self.heads(&reader)
        recent = try Self.heads(&reader)
        boot = try BootID(decoding: reader.fixed(BootID.byteCount))
        taints = [:]
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let id: EntryID = try EntryID(reader.fixed(EntryID.byteCount))
            taints[id] = try reader.integer()
        }
        try reader.finish()
        guard pin.vaultID == vaultID else { throw .damaged }
    }

    private static func heads(_ reader: inout CanonicalReader) throws(VaultError) -> [SigningPublicKey: AuditHead] {
        var heads: [SigningPublicKey: AuditHead] = [:]
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let bytes = try reader.fixed(SigningPublicKey.byteCount)
            let sequence = try reader.integer(UInt64.self)
            let hashBytes = try reader.fixed(Digest.byteCount)
            guard let signer = try? SigningPublicKey(bytes), let hash = try? Digest(hashBytes) else { throw .damaged }
            heads[signer] = AuditHead(signer: signer, sequence: sequence, hash: hash)
        }
        return heads
    }
}
