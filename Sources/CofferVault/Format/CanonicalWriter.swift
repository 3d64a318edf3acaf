// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Writes values so that each sequence of values has one encoding and no two share one.
///
/// Integers are big-endian and of fixed size; everything of variable size is preceded by its length
/// (4 bytes). docs/vault-format.md has the tables.
package struct CanonicalWriter {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// Starts with a domain label.
    package init(_ label: String) {
        text(label)
    }

    /// Starts empty.
    package init() {}

    /// Writes an integer of fixed size.
    package mutating func integer<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    /// Writes bytes whose number the format fixes.
    package mutating func fixed(_ value: [UInt8]) {
        bytes.append(contentsOf: value)
    }

    /// Writes bytes of any number.
    package mutating func variable(_ value: [UInt8]) {
        integer(UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    /// Writes a text as UTF-8.
    package mutating func text(_ value: String) {
        variable(Array(value.utf8))
    }

    /// Writes whether there is a value, and the value.
    package mutating func optional(_ value: Int64?) {
        integer(UInt8(value == nil ? 0 : 1))
        if let value { integer(value) }
    }
}
