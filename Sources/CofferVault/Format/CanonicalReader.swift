// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Reads what ``CanonicalWriter`` wrote, from bytes that nobody vouches for.
///
/// No length is believed before it is compared with what is there, so nothing is allocated for a
/// hostile one. Every failure is ``VaultError/damaged``.
package struct CanonicalReader {
    private var rest: ArraySlice<UInt8>

    /// Starts at the beginning.
    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Reads an integer of fixed size.
    package mutating func integer<Value: FixedWidthInteger>(_: Value.Type = Value.self) throws(VaultError) -> Value {
        let byteCount = MemoryLayout<Value>.size
        guard rest.count >= byteCount else { throw .damaged }
        var value: Value = 0
        for byte in rest.prefix(byteCount) {
            value = value << 8 | Value(truncatingIfNeeded: byte)
        }
        rest = rest.dropFirst(byteCount)
        return value
    }

    /// Reads exactly `byteCount` bytes.
    package mutating func fixed(_ byteCount: Int) throws(VaultError) -> [UInt8] {
        guard byteCount >= 0, rest.count >= byteCount else { throw .damaged }
        defer { rest = rest.dropFirst(byteCount) }
        return Array(rest.prefix(byteCount))
    }

    /// Reads bytes that carry their length.
    package mutating func variable() throws(VaultError) -> [UInt8] {
        try fixed(Int(integer(UInt32.self)))
    }

    /// Reads a text; bytes that are no UTF-8 are refused.
    package mutating func text() throws(VaultError) -> String {
        guard let text = String(validating: try variable(), as: UTF8.self) else { throw .damaged }
        return text
    }

    /// Reads a value that may be absent.
    package mutating func optional() throws(VaultError) -> Int64? {
        switch try integer(UInt8.self) {
        case 0: nil
        case 1: try integer(Int64.self)
        default: throw .damaged
        }
    }

    /// Reads a label and compares it.
    ///
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/newerFormat`` where it differs in a higher number at its end.
    package mutating func label(_ expected: String) throws(VaultError) {
        let found = try text()
        guard found != expected else { return }
        throw Self.isLater(found, than: expected) ? .newer("what lies there") : .damaged
    }

    /// Whether one label is another but for a higher number of at most four digits.
    private static func isLater(_ found: String, than expected: String) -> Bool {
        func parts(_ label: String) -> (stem: Substring, number: UInt16)? {
            guard let space = label.lastIndex(of: " ") else { return nil }
            let digits = label[label.index(after: space)...]
            guard digits.utf8.count <= 4, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = UInt16(digits)
            else { return nil }
            return (label[..<space], number)
        }
        guard let one = parts(found), let other = parts(expected) else { return false }
        return one.stem == other.stem && one.number > other.number
    }

    /// Confirms that nothing is left: what decodes must encode identically.
    package func finish() throws(VaultError) {
        guard rest.isEmpty else { throw .damaged }
    }
}
