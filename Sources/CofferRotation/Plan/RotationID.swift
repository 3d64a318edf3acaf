// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The name of one rotation: `r-` and 16 lower-case hexadecimal digits.
///
/// The caller draws it, so that randomness stays an effect that tests can replace.
package struct RotationID: Hashable, Sendable, CustomStringConvertible {
    /// The whole text, `r-0123456789abcdef`.
    package let description: String

    /// Reads an id.
    ///
    /// - Throws: `RotationError` with code `invalid_id`.
    package init(_ text: String) throws(RotationError) {
        let digits = text.utf8.dropFirst(2)
        let isHexadecimal = digits.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        guard text.hasPrefix("r-"), digits.count == 16, isHexadecimal else {
            throw RotationError(.invalidID, "a rotation's id is r- and 16 hexadecimal digits, as r-0123456789abcdef")
        }
        description = text
    }

    /// Makes an id from 64 random bits.
    package init(random bits: UInt64) {
        let digits = String(bits, radix: 16)
        description = "r-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

// MARK: - Codable

extension RotationID: Codable {
    /// Reads the id's text.
    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    /// Writes the id's text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
