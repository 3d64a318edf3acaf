// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// Random bytes that are not secret: identifiers and nonces.
package enum RandomBytes {
    /// `byteCount` bytes from the system's generator (`randombytes_buf`).
    package static func make(byteCount: Int) -> [UInt8] {
        Sodium.require()
        var bytes = [UInt8](repeating: 0, count: byteCount)
        unsafe bytes.withUnsafeMutableBytes { target in
            unsafe randombytes_buf(target.octets, target.count)
        }
        return bytes
    }
}
