// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Names one start of the machine: what was written without a sync is whole until the next.
package struct BootID: Sendable, Hashable {
    /// The size in bytes.
    static let byteCount = 16
    /// No start that could be told from another.
    package static let unknown = BootID(bytes: [UInt8](repeating: 0, count: byteCount))

    let bytes: [UInt8]

    /// The first 64 bits; 0 for ``unknown``.
    package var number: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads the stored form.
    ///
    /// - Throws: ``VaultError/damaged`` for another size.
    init(decoding bytes: [UInt8]) throws(VaultError) {
        guard bytes.count == Self.byteCount else { throw .damaged }
        self.bytes = bytes
    }

    /// The present start (random(4), `/proc/sys/kernel/random/boot_id`); ``unknown`` where the system has no such name.
    package static let present: BootID = {
        let path = "/proc/sys/kernel/random/boot_id"
        guard let file = try? FileDescriptor(opening: path, O_RDONLY | O_NONBLOCK),
            let text = try? CheckedFile.contents(of: file.number, named: path, limit: 64)
        else { return unknown }
        let digits = text.withExposedText { $0.filter { $0.isHexDigit } }
        return RandomID<VaultKind>(hexadecimal: digits).map { BootID(bytes: $0.bytes) } ?? unknown
    }()
}
