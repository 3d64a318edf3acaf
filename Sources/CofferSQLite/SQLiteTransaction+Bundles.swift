// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Foundation
import GRDB

extension SQLiteTransaction {
    func bundleEnvelope() throws -> [UInt8]? {
        try [UInt8].fetch(database, "SELECT envelope FROM bundle WHERE place = 1", [])
    }

    func insertBundleEnvelope(_ bytes: [UInt8]) throws {
        do {
            try database.execute(sql: "INSERT INTO bundle (place, envelope) VALUES (1, ?)", arguments: [Data(bytes)])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.conflict, "this is a bundle already")
        }
    }

    func collectedBundles() throws -> [VaultID] {
        try [UInt8].fetchAll(database, "SELECT DISTINCT bundle FROM collected ORDER BY bundle", []).map(VaultID.init)
    }

    func collectedEvents(of bundle: VaultID, from sequence: UInt64, limit: Int) throws -> [[UInt8]] {
        try [UInt8].fetchAll(
            database, "SELECT body FROM collected WHERE bundle = ? AND sequence >= ? ORDER BY sequence LIMIT ?",
            [bundle.data, Int64(bitPattern: sequence), max(limit, 0)])
    }

    func keepCollected(_ event: [UInt8], sequence: UInt64, of bundle: VaultID) throws {
        do {
            try database.execute(
                sql: "INSERT INTO collected (bundle, sequence, body) VALUES (?, ?, ?)",
                arguments: [bundle.data, Int64(bitPattern: sequence), Data(event)])
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw VaultError(.conflict, "these events were brought home by another process in between; try again")
        }
    }
}
