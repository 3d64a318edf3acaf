// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials
internal import Crypto
internal import JWTKit

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension MessageCode {
    /// Whether a token is signed in a way and with this key.
    static func verifies(
        _ token: SignedToken, _ method: WebhookProof.Method = .jwtHS256, key: Secret
    ) async -> Bool {
        let isLong = method == .jwtHS512
        let byteCount = isLong ? SHA512.byteCount : SHA256.byteCount
        // A key that is shorter than the hash is filled up with zeros: an HMAC does that itself (RFC 2104 §2), and the library
        // takes none that is shorter.
        let filling = [UInt8](repeating: 0, count: max(0, byteCount - key.byteCount))
        let filled = key.withExposedBytes { SymmetricKey(data: Array($0) + filling) }
        let keys = JWTKeyCollection()
        await keys.add(hmac: HMACKey(key: filled), digestAlgorithm: isLong ? .sha512 : .sha256)
        guard let algorithm = try? await keys.getKey() else { return false }
        let signed = token.signed.withExposedBytes { Data($0) }
        return (try? algorithm.verify(Data(token.signature), signs: signed)) ?? false
    }
}
