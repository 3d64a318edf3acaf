// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `What was exposed` {
    private static let npm = KeeperWorld.path("main/npm")
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// Appends to a member's own chain, with its own keys and past our program, that it put a new value into an entry in 2100.
    private static func forge(
        _ path: CredentialPath, by member: IdentityText, _ world: KeeperWorld, action: AuditAction = .put,
        details: [String: String] = [:], isWrite: Bool = true
    ) async throws {
        let vault = try await world.keeper().vault
        let entry = try #require(try await vault.inspect(path))
        let known = try #require(try await vault.known(Secret("made-up"), tier: .use, at: npm))
        let owner = try await world.location.identity.read().identity.publicIdentity
        let store = try SQLiteStore.open(world.location.vaultPath)
        let anything = Digest(hashing: entry.id.bytes)
        try await store.write(.synced) { transaction in
            // A new value's fingerprint: any 32 bytes will do for whoever has no trace key.
            let value = StoredFingerprint(
                spaceID: known.spaceID, tag: anything, entryID: entry.id, field: known.field, tier: .use,
                isSpent: false)
            let event = try AuditEvent(
                AuditRecord(
                    at: Date(timeIntervalSince1970: 4_102_444_800), action: action, paths: [path.description],
                    details: details),
                after: transaction.head(of: member.identity.publicIdentity.signingKey), by: member.identity,
                owners: [owner],
                bindings: isWrite ? [AuditBinding(entryID: entry.id, version: 99, rowHash: anything)] : [],
                fingerprints: isWrite ? [value] : [], heads: [])
            try transaction.append(event)
            if isWrite { try transaction.keep(value) }
        }
    }

    @Test func `is not replaced because a leaked reader says so`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let ci = try await world.join("ci", .reader)
            let owner = try await world.keeper()
            try await owner.put(Self.npm, Secret("made-up"))
            world.time.advance(by: 60)
            try await Self.forge(Self.npm, by: ci, world)
            let chains = try await owner.verifyAudit()
            #expect(!chains.isIntact && chains.findings.map(\.problem) == ["beyond_role"], "\(chains.findings)")
            #expect(try await !owner.verify().isSound)
            _ = try await owner.removeIdentity("ci")
            let exposed = try await owner.exposure(.identity("ci"))
            #expect(exposed.rows.map(\.path) == ["main/npm"] && exposed.rows.map(\.must) == [.replace])
            #expect(!exposed.isBroken && exposed.notes.count == 1)
            let match = try #require(try await owner.trace(Secret("made-up")).matches.first)
            #expect(match.state == "present" && match.ended == nil && match.stored?.identity == "owner")
            // What is really replaced is.
            world.time.advance(by: 60)
            try await owner.put(Self.npm, Secret("another"))
            #expect(try await owner.exposure(.identity("ci")).rows.map(\.must) == [.nothing])
        }
    }

    @Test func `is not replaced because the leaked issuer dates its own writes ahead`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let ops = try await world.join("ops", .issuer)
            let owner = try await world.keeper()
            try await owner.put(Self.npm, Secret("made-up"))
            world.time.advance(by: 60)
            try await Self.forge(Self.npm, by: ops, world)
            _ = try await owner.removeIdentity("ops")
            let row = try await owner.exposure(.identity("ops")).rows.first { $0.path == "main/npm" }
            #expect(row?.must == .replace)
        }
    }

    @Test func `to somebody is not what a reader says that it lent`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let ci = try await world.join("ci", .reader)
            _ = try await world.join("deploy", .reader)
            let owner = try await world.keeper()
            try await owner.put(Self.npm, Secret("made-up"))
            try await Self.forge(
                Self.npm, by: ci, world, action: .bundle, details: ["for": "deploy"], isWrite: false)
            let rows = try await owner.exposure(.since(.distantPast)).rows
            #expect(rows.map(\.identity) == ["ci"] && rows.map(\.must) == [.replace], "\(rows)")
            let traced = try await owner.trace(Secret("made-up"))
            #expect(traced.matches.first?.handedTo?.map(\.identity) == ["ci"])
        }
    }

    @Test func `before an owner came is said to be unknown to it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            try await world.keeper().put(Self.npm, Secret("made-up"))
            let second = try await world.keeper(of: world.join("second", .owner))
            let report = try await second.exposure(.identity("owner"))
            #expect(report.notes.count == 1 && report.notes[0].contains("sealed to earlier owners"), "\(report.notes)")
            #expect(!report.isBroken)
            #expect(try await world.keeper().exposure(.identity("owner")).notes == [])
        }
    }

    @Test func `of an app counts where it stands, also when it was read through a connection`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            _ = try await keeper.get(Self.acme, field: "client_secret")
            _ = try await keeper.get(Self.acme, field: "refresh_token")
            for question in [ExposureQuestion.since(.distantPast), .identity("owner"), .path("main/crm/acme")] {
                let rows = try await keeper.exposure(question).rows
                let app = rows.first { $0.path == "main/crm" }
                #expect(app?.kind == "app" && app?.must == .rotate && app?.reads == 1, "\(rows)")
                #expect(app?.fields == ["client_secret"])
                let connection = rows.first { $0.path == Self.acme.description }
                #expect(connection?.must == .withApp && connection?.reads ?? 0 >= 1, "\(rows)")
            }
            // Who asks for another connection hears nothing of it.
            await #expect(throws: KeeperError(.notFound, "")) { try await keeper.exposure(.path("main/crm/birch")) }
        }
    }
}
