// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferSQLite
import CofferVault
import PostgresServer
import Testing

/// Between which stores a vault is moved.
enum MovedStores: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case inMemory
    case files
    case fileToDatabase
    case databaseToFile

    /// Those that can be had here.
    static let present = allCases.filter { PostgresServer.isInstalled || $0 == .inMemory || $0 == .files }

    var testDescription: String { rawValue }

    /// Makes two empty ones.
    func with<Result: Sendable>(_ body: (any VaultStore, any VaultStore) async throws -> Result) async throws -> Result
    {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        switch self {
        case .inMemory: return try await body(MemoryStore(), MemoryStore())
        case .files:
            return try await body(
                try SQLiteStore.create(folder.file("old.db")), try SQLiteStore.create(folder.file("new.db")))
        case .fileToDatabase:
            return try await body(try SQLiteStore.create(folder.file("old.db")), try await Self.database(folder))
        case .databaseToFile:
            return try await body(try await Self.database(folder), try SQLiteStore.create(folder.file("new.db")))
        }
    }

    private static func database(_ folder: TemporaryFolder) async throws -> PostgresStore {
        try await PostgresStore.create(
            try PostgresServer.shared().makeDatabase().url, beside: folder.file("database"))
    }
}
