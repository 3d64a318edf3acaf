// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import PostgresServer
import Testing

@testable import CofferPostgres

@Suite(.timeLimit(.minutes(2)), .enabled(if: PostgresServer.isInstalled, "PostgreSQL is not installed"))
struct `A commit's wait for a standby` {
    @Test func `that is given up leaves nobody in the belief that the standby has it`() async throws {
        // On its own: all of a server's databases wait for its standbys.
        let world = try await PostgresWorld(on: try .alone())
        let (database, store) = (world.database, world.store)
        try database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try database.run("SELECT pg_reload_conf()")
        let writing = Task {
            // The server takes a moment to know of it, and commits without a standby until then.
            while true {
                let row = try PostgresWorld.row()
                do {
                    try await store.write(.synced) { try $0.insert(row) }
                } catch {
                    return (row, error as? VaultError)
                }
            }
        }
        let cancelling = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
        while try database.run(cancelling).isEmpty { await Task.yield() }
        let (row, error) = try await writing.value
        #expect(error == VaultError(.unreadable, ""))
        #expect(error?.description.contains("standby") == true)
        // It is there, and the connection is good for more: whoever waits for no disk waits for no standby, either.
        let found = try await store.read { try $0.row(id: row.id) }
        #expect(found == row)
        try await store.write(.flushed) { try $0.remove(row.id, expecting: 1) }
    }

    @Test func `is not what the server warns of where notifications pile up`() {
        #expect(Answer.isWarning(state: "01000", function: "SyncRepWaitForLSN"))
        // Of a server that does not say where it comes from.
        #expect(Answer.isWarning(state: "01000", function: nil))
        #expect(!Answer.isWarning(state: "01000", function: "asyncQueueFillWarning"))
        #expect(!Answer.isWarning(state: "25P01", function: "SyncRepWaitForLSN"))
        #expect(!Answer.isWarning(state: nil, function: nil))
    }
}
