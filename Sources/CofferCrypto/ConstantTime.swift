// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// Comparing what somebody sent with what only we and they should know.
package enum ConstantTime {
    /// Whether two runs of bytes are the same, in a time that depends on how many there are and on nothing else
    /// (`sodium_memcmp`).
    /// See https://doc.libsodium.org/helpers#constant-time-test-for-equality
    package static func areEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        Sodium.require()
        guard left.count == right.count else { return false }
        return unsafe sodium_memcmp(left.octets, right.octets, left.count) == 0
    }
}
