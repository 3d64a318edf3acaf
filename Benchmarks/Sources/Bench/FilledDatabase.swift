// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferPostgres
import CofferVault
import Foundation
import PostgresServer

/// A vault with many connections, as ``FilledVault`` has them, in a database of its own; open.
final class FilledDatabase: Sendable {
    /// How many connections are sealed in one transaction: each is three statements, and two batches take turns.
    private static let batch = 2500

    /// How many connections it holds.
    let count: Int
    /// What names the database.
    let url: String
    /// The vault's rows.
    let store: PostgresStore
    /// The vault, with its record of what this machine has seen.
    let vault: Vault
    private let folder: String

    /// Makes and fills it; says how far it is on standard error.
    init(count: Int) async throws {
        let folder = NSTemporaryDirectory() + "coffer-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let database = try MeasuredServer.makeDatabase()
        let owner = try Identity.generate()
        let store = try await PostgresStore.create(database.url, beside: folder + "/vault")
        let pin = try await Vault.create(in: store, owner: owner, now: { FilledVault.now })
        let identity = IdentityText(identity: owner, pin: pin)
        let filling = try await Vault.unlock(store, with: identity, now: { FilledVault.now })
        let began = ContinuousClock.now
        try await FilledVault.fill(filling, with: count, batch: Self.batch, atOnce: 2)
        // What the server would do some time later, and the system still has to write, belongs to nothing that is measured.
        try database.run("VACUUM ANALYZE")
        try database.run("CHECKPOINT")
        sync()
        Progress.note("filled a database with \(count) entries in \(began.duration(to: .now))")
        let seen = SeenPlace(folder: folder + "/seen", warn: { Progress.note($0) })
        vault = try await Vault.unlock(store, with: identity, remembering: seen, now: { FilledVault.now })
        self.store = store
        self.count = count
        self.folder = folder
        url = database.url
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
