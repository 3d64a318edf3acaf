// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// An identifier of 16 random bytes; ids of different kinds can't be confused.
package struct RandomID<Kind: Sendable>: Hashable, Sendable, CustomStringConvertible {
    /// The size in bytes.
    package static var byteCount: Int { 16 }
    /// The 16 bytes.
    package let bytes: [UInt8]

    /// Takes 16 bytes.
    ///
    /// - Throws: ``VaultError/damaged`` for any other number.
    package init(_ bytes: [UInt8]) throws(VaultError) {
        guard bytes.count == Self.byteCount else { throw .damaged }
        self.bytes = bytes
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A fresh one.
    package static func random() -> RandomID {
        RandomID(unchecked: RandomBytes.make(byteCount: byteCount))
    }

    /// Reads the hexadecimal form of ``description``; nil for any other text.
    package init?(hexadecimal text: String) {
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map(UInt8.init) }
        guard text.utf8.count == 32, digits.count == 32 else { return nil }
        bytes = stride(from: 0, to: 32, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Lower-case hexadecimal, 32 characters.
    package var description: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}

/// Marks ids of vaults.
package enum VaultKind: Sendable {}
/// Marks ids of spaces.
package enum SpaceKind: Sendable {}
/// Marks ids of entries, and of what is journalled as if it were one.
package enum EntryIDKind: Sendable {}

/// The id of a vault.
package typealias VaultID = RandomID<VaultKind>
/// The id of a space.
package typealias SpaceID = RandomID<SpaceKind>
/// The id of an entry; of a connection's entry, the grant id.
package typealias EntryID = RandomID<EntryIDKind>
