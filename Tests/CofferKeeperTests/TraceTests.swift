// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `Every secret that enters the vault` {
    private static func match(_ string: String, _ world: KeeperWorld) async throws -> TraceReport.Match? {
        let report = try await world.keeper().trace(Secret(string))
        #expect(report.matches.count <= 1 && report.notes.isEmpty, "\(report)")
        return report.matches.first
    }

    @Test func `is found months and many refreshes after it was replaced`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (access, refresh) = (try await world.token("acme"), try await world.refreshToken("acme"))
            let handedAt = world.time.now
            for _ in 0..<90 {
                world.time.advance(by: 2 * 86_400)
                _ = try await world.keeper().refresh(.forced(KeeperWorld.path("main/crm/acme")))
            }
            let token = try #require(try await Self.match(access, world))
            #expect(token.path == "main/crm/acme" && token.field == "access_token" && token.state == "past")
            #expect(token.handedTo?.map(\.identity) == ["owner"] && token.handedTo?.first?.firstAt == handedAt)
            #expect(token.ended?.at == handedAt.addingTimeInterval(2 * 86_400))
            #expect(try await Self.match(refresh, world)?.state == "spent")
            let present = try await world.token("acme")
            #expect(try await Self.match(present, world)?.state == "present")
        }
    }

    @Test func `of a rotation is waiting, present and past in its turn`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let first = world.sandbox.integration.clientSecret
            var secrets = [first]
            for _ in 0..<2 {
                let keeper = try await world.keeper()
                let id = try await keeper.openRotation(of: KeeperWorld.app)
                _ = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
                secrets.append(world.sandbox.integration.clientSecret)
                world.time.advance(by: 86_400)
            }
            for secret in secrets {
                let match = try #require(try await Self.match(secret, world))
                #expect(match.path == "main/crm" && match.field == "client_secret")
                #expect(match.state == (secret == secrets.last ? "present" : "past"))
                #expect((match.ended == nil) == (secret == secrets.last))
            }
        }
    }

    @Test func `of an account that waits for a person is known as waiting`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let present = try await world.token("acme")
            let found = try await world.found("birch", at: "acme")
            let waiting = try #require(found.waiting).withExposedText { $0 }
            #expect(try await Self.match(waiting, world)?.state == "waiting")
            #expect(try await Self.match(present, world)?.state == "present")
            _ = try await world.keeper().confirm(found)
            #expect(try await Self.match(waiting, world)?.state == "present")
            #expect(try await Self.match(present, world)?.state == "past")
        }
    }

    @Test func `that was imported is known`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let token = try await world.refreshToken("acme")
            let keeper = try await world.keeper()
            let host = try await keeper.get(KeeperWorld.path("main/crm/acme"), field: "account_url")
                .withExposedText { String($0.dropFirst("https://".count)) }
            try await keeper.remove(KeeperWorld.path("main/crm/acme"))
            _ = try await keeper.importRefreshToken(
                KeeperWorld.path("main/crm/again"), Secret(token), accountHost: host)
            let report = try await keeper.trace(Secret(token))
            #expect(Set(report.matches.compactMap(\.path)) == ["main/crm/acme", "main/crm/again"])
            #expect(report.matches.first { $0.path == "main/crm/again" }?.state == "spent")
        }
    }

    @Test func `is put down with the reason that was given for it`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let vault = try await world.keeper().vault
            let keeper = Keeper(vault: vault, effects: world.effects(), reason: "ticket 7")
            _ = try await keeper.confirm(world.found("acme", with: keeper))
            _ = try await keeper.refresh(.forced(KeeperWorld.path("main/crm/acme")))
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            _ = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            let written = try await vault.ownAudit().drop { $0.action != .connect }
            #expect(written.count > 10)
            #expect(
                written.allSatisfy { $0.reason.contains("ticket 7") },
                "\(written.filter { !$0.reason.contains("ticket 7") })")
        }
    }
}
