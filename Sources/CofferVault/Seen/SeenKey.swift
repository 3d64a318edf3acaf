// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import Synchronization

/// The key of an identity's records of what was seen of one vault.
final class SeenKey: Sendable {
    let vaultID: VaultID
    private let key: SecretKey<Hashing>

    init(of identity: Identity, _ vaultID: VaultID) throws(CryptoError) {
        self.vaultID = vaultID
        let memory = try identity.withExposedSeed { (seed) throws(CryptoError) in
            try SecretMemory(byteCount: SecretKey<Hashing>.byteCount) { (target) throws(CryptoError) in
                try KeyDerivation.derive(seed, Labels.seenKey, context: vaultID.bytes, into: target)
            }
        }
        key = try SecretKey(memory: memory)
    }

    func tag(_ bytes: [UInt8]) throws(CryptoError) -> Digest { try key.tag(bytes) }
}

extension Identity {
    /// The keyed hash of a record of what was seen, under a key of this identity and of one vault.
    func seenTag(of bytes: [UInt8], _ vaultID: VaultID) throws(VaultError) -> Digest {
        do {
            // A process has to do with one vault, and each opening with three of these.
            if let key = seenKey.withLock({ $0 }), key.vaultID == vaultID { return try key.tag(bytes) }
            let key = try SeenKey(of: self, vaultID)
            seenKey.withLock { $0 = key }
            return try key.tag(bytes)
        } catch {
            throw .damaged
        }
    }
}
