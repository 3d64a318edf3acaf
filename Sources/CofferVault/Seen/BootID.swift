// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Names one start of the machine: what was written without a sync is whole until the next.
package struct BootID: Sendable, Hashable {
    /// The size in bytes.
    static let byteCount = 16
    /// No start that could be told from another.
    package static let unknown = BootID(bytes: [UInt8](repeating: 0, count: byteCount))

    let bytes: [UInt8]

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
        let text = FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id") ?? Data()
        let name = String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let uuid = UUID(uuidString: name)?.uuid else { return unknown }
        return BootID(bytes: withUnsafeBytes(of: uuid) { Array($0) })
    }()
}
