// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// A row of an answer; a database that somebody else wrote may answer anything, so nothing is taken for granted.
struct AnswerRow {
    let answer: Answer
    let index: Int32

    /// Whether a column has no value.
    func isNull(_ column: Int32) -> Bool { answer.isNull(index, column) }

    /// The bytes of a column.
    func bytes(_ column: Int32) throws -> [UInt8] {
        guard let bytes = answer.bytes(index, column, of: ServerType.bytes) else { throw VaultError.damaged }
        return bytes
    }

    /// An integer.
    func integer(_ column: Int32) throws -> Int64 {
        guard let bytes = answer.bytes(index, column, of: ServerType.integer), bytes.count == 8 else {
            throw VaultError.damaged
        }
        return Int64(bitPattern: bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }

    /// An integer without a sign in the bits of one with a sign.
    func unsigned(_ column: Int32) throws -> UInt64 { UInt64(bitPattern: try integer(column)) }

    /// An integer that fits.
    func small<Value: FixedWidthInteger>(_ column: Int32) throws -> Value {
        guard let value = Value(exactly: try integer(column)) else { throw VaultError.damaged }
        return value
    }

    /// A truth value.
    func flag(_ column: Int32) throws -> Bool {
        guard let bytes = answer.bytes(index, column, of: ServerType.flag) else { throw VaultError.damaged }
        return bytes == [1]
    }

    /// A text.
    func text(_ column: Int32) throws -> String {
        guard let bytes = answer.bytes(index, column, of: ServerType.text) else { throw VaultError.damaged }
        return String(decoding: bytes, as: UTF8.self)
    }
}
