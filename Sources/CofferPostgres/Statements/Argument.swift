// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A value of a statement.
enum Argument {
    /// `bytea`.
    case bytes([UInt8])
    /// `bigint`.
    case integer(Int64)
    /// `text`.
    case text(String)
    /// `boolean`.
    case flag(Bool)
    /// `bytea[]`.
    case byteArrays([[UInt8]])
    /// `bigint[]`.
    case integers([Int64])
    /// No value, of whatever type stands in its place.
    case null

    /// `bigint`, with the bits of an integer without a sign.
    static func unsigned(_ value: UInt64) -> Argument { .integer(Int64(bitPattern: value)) }

    /// `bigint`, how many rows there may be at most.
    static func limit(_ value: Int) -> Argument { .integer(Int64(max(value, 0))) }

    /// The number of the type; 0 leaves it to the server.
    var type: UInt32 {
        switch self {
        case .bytes: ServerType.bytes
        case .integer: ServerType.integer
        case .text: ServerType.text
        case .flag: ServerType.flag
        case .byteArrays: ServerType.byteArrays
        case .integers: ServerType.integers
        case .null: 0
        }
    }

    /// The binary form; nil for no value.
    var encoded: [UInt8]? {
        switch self {
        case .bytes(let bytes): bytes
        case .integer(let value): Self.bigEndian(value)
        case .text(let text): Array(text.utf8)
        case .flag(let flag): [flag ? 1 : 0]
        case .byteArrays(let arrays): Self.array(of: ServerType.bytes, arrays)
        case .integers(let values): Self.array(of: ServerType.integer, values.map { Self.bigEndian($0) })
        case .null: nil
        }
    }

    /// One dimension, no null, the elements' type, how many, the first one's index; then each with its length (`array_recv` in
    /// PostgreSQL's source).
    private static func array(of type: UInt32, _ elements: [[UInt8]]) -> [UInt8] {
        var bytes = [Int32(1), 0].flatMap { bigEndian($0) } + bigEndian(type)
        bytes += [Int32(elements.count), 1].flatMap { bigEndian($0) }
        for element in elements {
            bytes += bigEndian(Int32(element.count))
            bytes += element
        }
        return bytes
    }

    private static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }
}
