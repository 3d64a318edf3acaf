// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `A rotation whose process is killed` {
    /// Every write of the vault, journal or step, and every request is a point, from 1; each is tried until a run outlives it.
    ///
    /// What a process leaves that dies right after one point and one that dies before the next is the same, so that
    /// dying before the first and after each is all there is.
    @Test func `at any point with an operator ends the same`() async throws {
        var point = 0
        var isOutlived = false
        while !isOutlived {
            isOutlived = try await killed(after: point)
            point += 1
        }
        #expect(point > 25, "a rotation of two connections has more steps than \(point)")
    }

    /// Returns whether the run came to its end.
    private func killed(after point: Int) async throws -> Bool {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let oldSecret = world.sandbox.integration.clientSecret
            let oldAccess = try await ["acme": world.token("acme"), "birch": world.token("birch")]
            let oldRefresh = try await ["acme": world.refreshToken("acme"), "birch": world.refreshToken("birch")]
            let person = ClickingOperator(sandbox: world.sandbox, replacing: oldSecret)
            let id = try await world.keeper().openRotation(of: KeeperWorld.app, accessTokenLeaked: true)
            let life = Life(endingAfter: point)
            let doomed = try await world.keeper(
                watched: { WatchedStore($0, life: life) },
                transport: MortalTransport(network: world.transport, life: life))
            let outcome = try? await doomed.resumeRotation(id, operator: person)
            await doomed.landed()

            var report = try await world.keeper().rotation(id)
            for _ in 1...3 where report.state != .closed {
                world.time.advance(by: 120)
                report = try await world.keeper().resumeRotation(id, operator: person)
            }
            let moment: Comment = "after point \(point): \(report.text)"
            #expect(report.state == .closed, moment)
            try await expectOneSecretInForce(world, moment)
            for account in ["acme", "birch"] {
                let presented = world.presented(try #require(oldRefresh[account]))
                if presented == 2 {
                    // The server spent it and its answer died with the process: no program can do better.
                    #expect(report.openItems.contains { $0.contains("main/crm/\(account)") }, moment)
                } else {
                    #expect(presented == 1, moment)
                    #expect(!report.openItems.contains { $0.contains("main/crm/\(account)") }, moment)
                    #expect(try await world.state(account) == "active", moment)
                    #expect(try await world.token(account) != oldAccess[account], moment)
                }
            }
            // A machine that stands still may end it as well; then the next point is tried.
            return !life.isOver && outcome?.state == .closed
        }
    }

    private func expectOneSecretInForce(_ world: KeeperWorld, _ moment: Comment) async throws {
        let keeper = try await world.keeper()
        let secret = try await keeper.get(KeeperWorld.app, field: "client_secret").withExposedText { $0 }
        #expect(secret == world.sandbox.integration.clientSecret, moment)
        let app = try AppRecord(#require(try await keeper.vault.inspect(KeeperWorld.app)))
        #expect(app.pendingSecret == nil && app.retiredSecret == nil && app.frozenBy == nil, moment)
        #expect(app.secretEpoch == app.taintEpoch, moment)
        for entry in try await keeper.vault.inspectAll() where entry.kind == .connection {
            #expect(try ConnectionRecord(entry).leaked.isEmpty, moment)
        }
    }

    @Test func `at any point with a registration endpoint ends the same`() async throws {
        var point = 0
        var isOutlived = false
        while !isOutlived {
            isOutlived = try await killedWithEndpoint(after: point)
            point += 1
        }
        #expect(point > 15, "such a rotation has more steps than \(point)")
    }

    private func killedWithEndpoint(after point: Int) async throws -> Bool {
        try await RegistrationWorld.with { world in
            let id = try await world.keeper().openRotation(of: RegistrationWorld.app)
            let life = Life(endingAfter: point)
            let doomed = try await world.keeper(life)
            let nobody = ScriptedOperator(isPresent: false, [])
            let outcome = try? await doomed.resumeRotation(id, operator: nobody)
            await doomed.landed()
            var report = try await world.keeper().rotation(id)
            for _ in 1...3 where report.state != .closed {
                world.time.advance(by: 120)
                report = try await world.keeper().resumeRotation(id, operator: nobody)
            }
            let moment: Comment = "after point \(point): \(report.text)"
            #expect(report.state == .closed, moment)
            #expect(report.openItems.isEmpty, moment)
            let secret = try await world.keeper().get(RegistrationWorld.app, field: "client_secret")
            #expect(secret.withExposedText { $0 } == world.server.secret, moment)
            #expect(world.server.secret != RegistrationServer.firstSecret, moment)
            // A lost answer is looked up, not asked for again.
            #expect(world.server.replacementCount == 1, moment)
            #expect(world.server.hasRefused(RegistrationServer.firstSecret), moment)
            let token = try await world.keeper().token(RegistrationWorld.path).credential.value
            #expect(token.withExposedText { world.server.isAlive($0) }, moment)
            // A machine that stands still may end it as well; then the next point is tried.
            return !life.isOver && outcome?.state == .closed
        }
    }
}
