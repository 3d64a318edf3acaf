// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB

extension Home {
    /// Changes the vault's file, or a bundle, as somebody does who can write it, past the program.
    func tamper(_ sql: String, _ arguments: StatementArguments = [], in file: String? = nil) throws {
        let queue = try DatabaseQueue(path: file ?? vault)
        try queue.write { try $0.execute(sql: sql, arguments: arguments) }
        try queue.close()
    }

    /// The keys of the chains, the longest chain first.
    func chains() throws -> [Data] {
        let queue = try DatabaseQueue(path: vault)
        defer { try? queue.close() }
        return try queue.read {
            try Data.fetchAll($0, sql: "SELECT signer FROM audit GROUP BY signer ORDER BY count(*) DESC")
        }
    }
}

extension Home {
    /// Runs a body while another process, which this one plays, holds the vault's write lock.
    func whileWriting(_ body: () async throws -> Void) async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let queue = try DatabaseQueue(path: vault, configuration: configuration)
        try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try queue.close()
        try result.get()
    }
}
