// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSandbox
import CofferVault
import Testing

@testable import CofferKeeper

@Suite struct `What the keeper does` {
    @Test func `stands in the chain, with what and where`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let (acme, npm) = (KeeperWorld.path("main/crm/acme"), KeeperWorld.path("main/npm"))
            var seen = try await keeper.vault.ownAudit().count
            func expect(_ expected: [(AuditAction, CredentialPath?)], _ body: () async throws -> Void) async throws {
                try await body()
                let events = try await keeper.vault.ownAudit().dropFirst(seen)
                seen += events.count
                #expect(events.map(\.action) == expected.map(\.0), "\(events)")
                #expect(events.map { $0.paths.first } == expected.map { $0.1?.description })
            }
            try await expect([(.handOut, acme)]) { _ = try await keeper.token(acme) }
            try await expect([(.beginRefresh, acme), (.endRefresh, acme)]) {
                _ = try await keeper.refresh(.forced(acme))
            }
            try await expect([(.put, npm)]) { try await keeper.put(npm, Secret("made-up")) }
            try await expect([(.read, npm)]) { _ = try await keeper.get(npm) }
            try await expect([(.read, acme)]) { _ = try await keeper.get(acme, field: "refresh_token") }
            try await expect([(.read, KeeperWorld.app)]) {
                _ = try await keeper.get(KeeperWorld.app, field: "client_secret")
            }
            try await expect([(.handOut, acme)]) { _ = try await keeper.get(acme) }
            try await expect([(.list, nil), (.list, nil), (.list, nil)]) {
                _ = try await keeper.status()
                _ = try await keeper.list()
                _ = try await keeper.apps()
            }
            try await expect([(.remove, npm)]) { try await keeper.remove(npm) }
            let birch = KeeperWorld.path("main/crm/birch")
            try await expect([(.connect, birch), (.connect, birch), (.connect, birch)]) {
                _ = try await keeper.confirm(world.found("birch", with: keeper))
            }
        }
    }

    @Test func `stands there also where it was refused, once for whoever asks again and again`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let reader = try await world.keeper(of: world.join("ci", .reader))
            for _ in 1...3 {
                await #expect(throws: KeeperError(.notPermitted, "")) {
                    try await reader.get(KeeperWorld.path("main/crm/acme"), field: "refresh_token")
                }
            }
            let owner = try await world.keeper()
            func refused() async throws -> [AuditEventView] {
                try await owner.auditEvents(AuditFilter(), limit: nil).events.filter { $0.outcome == "refused" }
            }
            var events = try await refused()
            #expect(events.map(\.action) == ["get"] && events.map(\.paths) == [["main/crm/acme"]])
            #expect(events.first?.details == ["field": "refresh_token"])
            // What is given ends it: the next refusal is another one.
            _ = try await reader.get(KeeperWorld.path("main/crm/acme"), field: "expires_at")
            _ = try await owner.openRotation(of: KeeperWorld.app, taint: .hold)
            for _ in 1...2 {
                await #expect(throws: KeeperError(.rotating, "")) {
                    try await reader.token(KeeperWorld.path("main/crm/acme"))
                }
            }
            events = try await refused()
            #expect(events.map(\.action) == ["get", "token"] && events.last?.reason == "rotating")
        }
    }

    @Test func `leaves an event for every step of a rotation`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            let reasons = try await keeper.vault.ownAudit().filter { $0.action == .rotate }.map(\.reason)
            #expect(reasons.allSatisfy { $0.hasPrefix("\(id) ") })
            for step in ["opened", "taint serve", "tainted", "freeze", "frozen", "pending secret", "switch", "close"] {
                #expect(reasons.contains("\(id) \(step)"), "\(reasons)")
            }
            #expect(reasons.count > report.steps.count)
        }
    }
}
