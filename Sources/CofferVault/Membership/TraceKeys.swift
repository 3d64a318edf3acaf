// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// The keys of a space's fingerprints, one per tier, held by issuers and owners only: with them short
/// secrets can be guessed.
final class TraceKeys: Sendable {
    private let use: SecretKey<Hashing>
    private let issue: SecretKey<Hashing>

    /// Splits the unwrapped keys: `use tier 32 ‖ issue tier 32`.
    init(unwrapped keys: borrowing SecretMemory) throws(CryptoError) {
        guard keys.byteCount == 64 else { throw .wrongSize }
        use = try Self.key(keys, 0..<32)
        issue = try Self.key(keys, 32..<64)
    }

    private static func key(
        _ keys: borrowing SecretMemory, _ range: Range<Int>
    ) throws(CryptoError) -> SecretKey<Hashing> {
        let root = try keys.withExposedBytes { (bytes) throws(CryptoError) in
            try SecretKey<Deriving>(copying: UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
        return try root.derive(Labels.fingerprint, context: [])
    }

    /// The fingerprint of a secret of a tier.
    func fingerprint(of bytes: UnsafeRawBufferPointer, tier: Tier) throws(CryptoError) -> Digest {
        switch tier {
        case .use: try use.tag(bytes)
        case .issue: try issue.tag(bytes)
        }
    }
}
