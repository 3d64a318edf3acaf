// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CSodium
public import Foundation

/// Stands in for swift-crypto's `SHA256`, so that its C sources need not be built for the fuzzer; no parser uses it.
public enum SHA256 {
    /// The hash of bytes.
    public static func hash(data: some DataProtocol) -> Data {
        var hash = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        let message = [UInt8](data)
        crypto_hash_sha256(&hash, message, UInt64(message.count))
        return Data(hash)
    }
}
