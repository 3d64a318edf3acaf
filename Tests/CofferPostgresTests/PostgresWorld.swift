// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto
import CofferPostgres
import CofferVault
import Foundation
import PostgresServer

/// A vault in a database of its own, and a folder for what lies beside it.
final class PostgresWorld: Sendable {
    let database: PostgresDatabase
    let folder: String
    let store: PostgresStore

    /// Makes one, on a server that others use as well unless told otherwise.
    init(on server: PostgresServer? = nil) async throws {
        database = try (server ?? PostgresServer.shared()).makeDatabase()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("coffer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        store = try await PostgresStore.create(database.url, beside: folder + "/vault")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// Another handle, as another process has it.
    func reopened() async throws -> PostgresStore {
        try await PostgresStore.open(database.url, beside: folder + "/vault")
    }

    /// Why a vault can't be opened; nil if it can.
    func refusal(of url: String) async throws -> VaultError? {
        do {
            _ = try await PostgresStore.open(url, beside: folder + "/vault")
            return nil
        } catch let error as VaultError {
            return error
        }
    }

    /// A row of made-up bytes.
    static func row(_ id: EntryID = .random(), version: UInt64 = 1, state: String? = "active") throws -> EntryRow {
        EntryRow(
            id: id, spaceID: .random(), lookup: try Digest(RandomBytes.make(byteCount: 32)), kind: .connection,
            version: version, generation: 1, useBox: RandomBytes.make(byteCount: 100), issueBox: nil, dueAt: nil,
            state: state, signature: try Signature(RandomBytes.make(byteCount: 64)))
    }

    /// Ends the sessions whose last statement began in some way, as a server that is restarted does.
    func endSessions(_ beginning: String) throws {
        try database.run(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '\(beginning)%'
            """)
    }
}
