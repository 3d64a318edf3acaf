// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Wraps the keys of a generation, and the trace keys, to members.
///
/// Inside the box stands what the keys are for, so that a wrap can't be moved to another space,
/// generation or role even by somebody whose signature on the manifest is accepted.
enum KeyWrapping {
    /// Whether keys belong to a generation or are the trace keys.
    enum Scope: UInt8 {
        case generation = 1
        case trace = 2
    }

    static func wrap(
        _ keys: borrowing SecretMemory, to member: EncryptionPublicKey, header: [UInt8]
    ) throws(CryptoError) -> [UInt8] {
        let message = try keys.withExposedBytes { (keyBytes) throws(CryptoError) -> SecretMemory in
            try SecretMemory(byteCount: header.count + keyBytes.count) { (target) throws(CryptoError) in
                target.copyBytes(from: header)
                UnsafeMutableRawBufferPointer(rebasing: target[header.count...]).copyMemory(from: keyBytes)
            }
        }
        return try message.withExposedBytes { (bytes) throws(CryptoError) in try member.wrap(bytes) }
    }

    static func unwrap(
        _ box: [UInt8], with identity: Identity, header: [UInt8]
    ) throws(CryptoError) -> SecretMemory {
        let message = try identity.encryption.unwrap(box)
        return try message.withExposedBytes { (bytes) throws(CryptoError) -> SecretMemory in
            guard bytes.starts(with: header) else { throw .failed }
            return try SecretMemory(copying: UnsafeRawBufferPointer(rebasing: bytes[header.count...]))
        }
    }

    /// Unwraps header and keys into guarded memory that is as large as they are, and compares the header.
    static func unwrap(
        _ box: [UInt8], with identity: Identity, header: [UInt8], into target: UnsafeMutableRawBufferPointer
    ) throws(CryptoError) {
        try identity.encryption.unwrap(box, into: target)
        guard target.starts(with: header) else { throw .failed }
    }

    static func header(
        vaultID: VaultID, spaceID: SpaceID, scope: Scope, generation: UInt32, role: Role
    ) -> [UInt8] {
        var writer = CanonicalWriter(Labels.wrap)
        writer.fixed(vaultID.bytes)
        writer.fixed(spaceID.bytes)
        writer.integer(scope.rawValue)
        writer.integer(generation)
        writer.integer(role.rawValue)
        return writer.bytes
    }
}
