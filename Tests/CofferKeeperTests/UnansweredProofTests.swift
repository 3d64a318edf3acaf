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

@Suite struct `A secret about which nobody answers` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let silence = RotationError(.unanswered, "")

    /// No connection, no time for us, a failure: each says nothing, and may be over in a minute.
    @Test(arguments: [nil, 429, 503] as [Int?])
    func `waits sealed, frozen and asked for once, and is tried when somebody does`(status: Int?) async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let old = world.sandbox.integration.clientSecret
            let network = BreakableTransport(world.transport)
            let keeper = try await world.keeper(transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let person = ScriptedOperator([{ new }])
            network.fail(
                status.map { TransportOutcome.answered(HTTPAnswer(status: $0)) } ?? BreakableTransport.silence)
            for run in 1...2 {
                await #expect(throws: Self.silence) { try await keeper.resumeRotation(id, operator: person) }
                #expect(network.count == 3 * run, "asked as often as it may be, and no more")
                let record = try await keeper.appRecord(above: Self.acme).record
                #expect(record.pendingSecret == Secret(new) && record.registration?.clientSecret == Secret(old))
                #expect(record.frozenBy == id.description)
                #expect(try await keeper.rotation(id).state == .running)
            }
            #expect(person.problems.count == 1)
            network.mend()
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(!report.closedUnproven, "\(report.text)")
            #expect(world.sandbox.log.requests(carrying: old).last?.status == 401)
        }
    }

    @Test func `goes into force unproven where a person says that nobody ever will`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let network = BreakableTransport(world.transport)
            let keeper = try await world.keeper(transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let person = ScriptedOperator([{ new }])
            network.fail()
            await #expect(throws: Self.silence) { try await keeper.resumeRotation(id, operator: person) }
            let report = try await keeper.resumeRotation(id, operator: person, withoutAnswers: true)
            #expect(report.state == .closed && report.closedUnproven, "\(report.text)")
            #expect(report.proofs.filter { $0.connection == nil }.map(\.proof.result) == [.unproven, .unproven])
            #expect(try await keeper.get(KeeperWorld.app, field: "client_secret") == Secret(new))
        }
    }

    @Test func `is refused when somebody does, if it was mistyped`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let madeUp = String(repeating: "a", count: 64)
            let network = BreakableTransport(world.transport)
            let keeper = try await world.keeper(transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let new = try world.sandbox.regenerateSecret(of: world.sandbox.integration)
            let person = ScriptedOperator([{ madeUp }, { new }])
            network.fail()
            await #expect(throws: Self.silence) { try await keeper.resumeRotation(id, operator: person) }
            network.mend()
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(person.problems.count == 2 && person.problems.contains { $0?.contains("refused") == true })
            #expect(try await keeper.get(KeeperWorld.app, field: "client_secret") == Secret(new))
        }
    }

    @Test func `keeps the old tokens waiting while it is the old one`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = world.sandbox.integration.clientSecret
            let refreshToken = try await world.refreshToken("acme")
            let network = BreakableTransport(world.transport)
            let keeper = try await world.keeper(transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            network.fail { body in body.contains(old) }
            let person = ClickingOperator(sandbox: world.sandbox)
            await #expect(throws: Self.silence) { try await keeper.resumeRotation(id, operator: person) }
            let record = try await keeper.appRecord(above: Self.acme).record
            #expect(record.retiredSecret == Secret(old), "it is kept to be asked about")
            #expect(record.frozenBy == nil)
            #expect(world.presented(refreshToken) == 0)
            network.mend()
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && !report.closedUnproven, "\(report.text)")
        }
    }

    @Test func `is asked about again in the same run, which goes on with the answer`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let network = BreakableTransport(world.transport)
            var effects = world.effects(network)
            // Somebody mends it while the rotation pauses.
            effects.clock = HastyClock(onSleep: { if network.count > 0 { network.mend() } })
            let keeper = try await Keeper.open(world.location, effects: effects)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            network.fail()
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(network.count == 1)
            #expect(report.state == .closed && !report.closedUnproven, "\(report.text)")
        }
    }

    @Test func `goes into force unproven where the provider has no way to ask`() async throws {
        try await DescribedWorld.with([]) { _ in
        } _: { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app)
            let person = ScriptedOperator([{ "made-up-new-secret" }])
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.proofs.map(\.proof.result) == [.unproven, .unproven], "\(report.text)")
            let record = try await keeper.appRecord(above: DescribedWorld.path).record
            #expect(record.registration?.clientSecret == Secret("made-up-new-secret"))
        }
    }
}
