// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferVault
import Foundation
import GRDB

extension RandomID {
    /// The id as a blob.
    var data: Data { Data(bytes) }
}

extension Digest {
    /// The digest as a blob.
    var data: Data { Data(bytes) }
}

extension SigningPublicKey {
    /// The key as a blob.
    var data: Data { Data(bytes) }
}

extension Signature {
    /// The signature as a blob.
    var data: Data { Data(bytes) }
}

extension [UInt8] {
    static func fetch(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws -> [UInt8]? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments).map { try $0.bytes(0) }
    }

    static func fetchAll(_ database: Database, _ sql: String, _ arguments: StatementArguments) throws -> [[UInt8]] {
        try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map { try $0.bytes(0) }
    }
}

extension Row {
    /// A blob; a file that somebody else wrote may hold anything, so nothing is taken for granted.
    func bytes(_ index: Int) throws -> [UInt8] {
        guard let data = Data.fromDatabaseValue(self[index] as DatabaseValue) else { throw VaultError.damaged }
        return [UInt8](data)
    }

    /// An integer without a sign in SQLite's bit pattern; anything else reads as 0, which nothing is numbered.
    func unsigned(_ index: Int) -> UInt64 {
        UInt64(bitPattern: Int64.fromDatabaseValue(self[index] as DatabaseValue) ?? 0)
    }

    /// An integer that fits.
    func small<Value: FixedWidthInteger>(_ index: Int) throws -> Value {
        guard let wide = Int64.fromDatabaseValue(self[index] as DatabaseValue), let value = Value(exactly: wide) else {
            throw VaultError.damaged
        }
        return value
    }
}

extension EntryRow {
    init(stored row: Row) throws {
        guard let kind = EntryKind(rawValue: try row.small(3)) else { throw VaultError.damaged }
        let issueBox = row[7] as DatabaseValue
        self.init(
            id: try EntryID(row.bytes(0)), spaceID: try SpaceID(row.bytes(1)), lookup: try Digest(row.bytes(2)),
            kind: kind, version: row.unsigned(4), generation: try row.small(5), useBox: try row.bytes(6),
            issueBox: issueBox.isNull ? nil : try row.bytes(7),
            dueAt: Int64.fromDatabaseValue(row[8] as DatabaseValue),
            state: String.fromDatabaseValue(row[9] as DatabaseValue), signature: try Signature(row.bytes(10)))
    }
}
