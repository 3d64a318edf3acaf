// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// An audit event as it is stored, with what the index says of it; nothing is verified.
package struct StoredEvent: Sendable, Equatable {
    /// The number under which it lies.
    package let sequence: UInt64
    /// The hash beside it; nil if it has not the length of one.
    package let hash: Digest?
    /// The event's bytes.
    package let bytes: [UInt8]

    /// Joins what was read.
    package init(sequence: UInt64, hash: Digest?, bytes: [UInt8]) {
        self.sequence = sequence
        self.hash = hash
        self.bytes = bytes
    }
}

/// A write of an entry as the index names it; the event decides.
package struct StoredWrite: Sendable, Equatable {
    /// The version that the index gives.
    package let version: UInt64
    /// The bytes of the event.
    package let bytes: [UInt8]

    /// Joins what was read.
    package init(version: UInt64, bytes: [UInt8]) {
        self.version = version
        self.bytes = bytes
    }
}
