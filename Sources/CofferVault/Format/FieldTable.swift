// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The inside of a box: values under numbers, each of them treated as a secret.
///
/// ```
/// count u16 ‖ ( tag u16 ‖ length u32 ‖ bytes ) …   tags ascending, each once
/// ```
///
/// The bytes go from guarded memory into `Secret` values and back without a string or an array between.
package struct FieldTable: Sendable, Equatable {
    private var values: [UInt16: Secret] = [:]

    /// Starts empty.
    package init() {}

    /// The value under a tag; setting nil removes it.
    package subscript(tag: UInt16) -> Secret? {
        get { values[tag] }
        set { values[tag] = newValue }
    }

    /// The tags in use, ascending.
    package var tags: [UInt16] { values.keys.sorted() }

    /// This table with those values of another whose tags are none of the known ones: what a newer program wrote stays when
    /// an older one writes the entry again.
    package func carrying(_ other: FieldTable?, beyond known: ClosedRange<UInt16>) -> FieldTable {
        guard let other else { return self }
        var whole = self
        for (tag, value) in other.values where !known.contains(tag) { whole.values[tag] = value }
        return whole
    }

    /// The encoded form.
    package func encoded() -> Secret {
        let ordered = values.sorted { $0.key < $1.key }
        let byteCount = ordered.reduce(2) { $0 + 6 + $1.value.byteCount }
        return Secret(byteCount: byteCount) { (target: UnsafeMutableRawBufferPointer) -> Int in
            var offset = 0
            func put<Value: FixedWidthInteger>(_ value: Value) {
                target.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Value.self)
                offset += MemoryLayout<Value>.size
            }
            put(UInt16(ordered.count))
            for (tag, value) in ordered {
                put(tag)
                put(UInt32(value.byteCount))
                value.withExposedBytes { source in
                    UnsafeMutableRawBufferPointer(rebasing: target[offset..<offset + source.count])
                        .copyMemory(from: source)
                    offset += source.count
                }
            }
            return offset
        }
    }

    /// Reads the encoded form.
    ///
    /// - Throws: ``VaultError/damaged`` for anything that ``encoded()`` would not have written.
    package init(decoding bytes: UnsafeRawBufferPointer) throws(VaultError) {
        var offset = 0
        func take<Value: FixedWidthInteger>(_: Value.Type) throws(VaultError) -> Value {
            let byteCount = MemoryLayout<Value>.size
            guard bytes.count - offset >= byteCount else { throw .damaged }
            defer { offset += byteCount }
            return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
        }
        var previous = -1
        for _ in 0..<(try take(UInt16.self)) {
            let tag = try take(UInt16.self)
            let byteCount = Int(try take(UInt32.self))
            guard Int(tag) > previous, bytes.count - offset >= byteCount else { throw .damaged }
            previous = Int(tag)
            values[tag] = Secret(bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + byteCount]))
            offset += byteCount
        }
        guard offset == bytes.count else { throw .damaged }
    }
}
