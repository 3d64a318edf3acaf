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
