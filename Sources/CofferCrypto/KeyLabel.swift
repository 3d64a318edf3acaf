// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The name under which a key is derived: BLAKE2b's personalisation, 16 bytes padded with zeros.
package struct KeyLabel: Hashable, Sendable {
    /// The 16 bytes.
    package let bytes: [UInt8]

    /// A label from 1 to 16 ASCII characters; anything else is a programming error.
    package init(_ text: StaticString) {
        let characters = Array(text.description.utf8)
        precondition((1...16).contains(characters.count), "a label has 1 to 16 bytes")
        precondition(characters.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a label is printable ASCII")
        bytes = characters + [UInt8](repeating: 0, count: 16 - characters.count)
    }
}
