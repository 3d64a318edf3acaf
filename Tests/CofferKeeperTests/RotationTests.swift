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

@Suite struct `A rotation after a leak` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    @Test func `replaces the secret first and then every token, and proves both`() async throws {
        try await KeeperWorld.with { world in
            let oldSecret = world.sandbox.integration.clientSecret
            let oldTokens = try await [world.token("acme"), world.token("birch"), world.token("cedar")]
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed, "\(report.text)")
            #expect(report.openItems.isEmpty, "\(report.text)")
            #expect(!report.closedUnproven, "\(report.text)")
            for token in oldTokens { #expect(world.sandbox.log.wasSent(secret: token)) }
            let requests = world.sandbox.log.requests(carrying: oldSecret)
            #expect(requests.last?.status == 401)
            let newTokens = try await [world.token("acme"), world.token("birch"), world.token("cedar")]
            #expect(Set(newTokens).isDisjoint(with: oldTokens))
            let status = try await keeper.status()
            #expect(status.allSatisfy { $0.state == "active" }, "\(status)")
        }
    }

    @Test func `waits for an absent operator, frozen, and goes on in another process`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.token("acme")
            let refreshToken = try await world.refreshToken("acme")
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let first = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(first.state == .awaitingOperator)
            // By default a person's delay is not the callers': the token is served, and said to be tainted.
            let handout = try await world.keeper().token(Self.acme)
            #expect(handout.credential.value == Secret(old))
            #expect(handout.note?.contains("tainted") == true)
            #expect(try await world.state("acme") == "tainted")
            // Nothing is refreshed meanwhile, forced or not.
            let line = try await world.keeper().refresh(.forced(Self.acme)).first
            #expect((line?.failure as? OAuthError)?.code == .frozen)
            #expect(world.presented(refreshToken) == 0)
            await #expect(throws: KeeperError(.busy, "")) { try await world.found("birch") }

            let person = ClickingOperator(sandbox: world.sandbox)
            #expect(try await world.keeper().resumeRotation(operator: person).state == .closed)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `on hold hands nothing out until it is reissued`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold)
            _ = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            await #expect(throws: KeeperError(.rotating, "")) { try await world.keeper().token(Self.acme) }
            await #expect(throws: KeeperError(.rotating, "")) {
                try await world.keeper().get(Self.acme, field: "refresh_token")
            }
            await #expect(throws: KeeperError(.rotating, "")) { try await world.keeper().get(Self.acme) }
            _ = try await world.keeper().resumeRotation(operator: ClickingOperator(sandbox: world.sandbox))
            _ = try await world.token("acme")
        }
    }

    @Test func `freezes only once the flights under way have landed`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (gate, refreshToken) = (GatedTransport(network: world.transport), try await world.refreshToken("acme"))
            let flyer = try await world.keeper(transport: gate)
            async let line = flyer.refresh(.forced(Self.acme))
            await gate.waitForRequest()
            // The answer comes once the freeze waits for the flight's lock, and not before.
            var effects = world.effects()
            effects.clock = HastyClock(onSleep: { gate.open() })
            let keeper = try await Keeper.open(world.location, effects: effects)
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let intentCount = Counter()
            let person = CheckingOperator(ClickingOperator(sandbox: world.sandbox)) {
                let entry = try await keeper.entry(Self.acme, .connection)
                if try ConnectionRecord(entry).intent != nil { intentCount.next() }
                gate.open()
            }
            async let report = keeper.resumeRotation(id, operator: person)
            #expect(try await line.first?.outcome == .refreshed)
            #expect(try await report.state == .closed)
            #expect(intentCount.count == 0, "the secret was asked for while a refresh was under way")
            #expect(world.presented(refreshToken) == 1)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `asks again for a secret that can't be the new one`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let sandbox = world.sandbox
            let old = sandbox.integration.clientSecret
            let madeUp = String(repeating: "a", count: 64)
            let person = ScriptedOperator([
                { old }, { "two words" }, { madeUp },
                { try? sandbox.regenerateSecret(of: sandbox.integration) },
            ])
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(person.problems.count == 4)
            #expect(person.problems[0] == nil)
            #expect(person.problems[1]?.contains("old client_secret") == true)
            #expect(person.problems[2]?.contains("space") == true)
            #expect(person.problems[3]?.contains("refused") == true)
            #expect(try await world.state("acme") == "active")
        }
    }

    @Test func `refuses a value that the provider has refused, after a restart as well`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let sandbox = world.sandbox
            let madeUp = String(repeating: "a", count: 64)
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let first = try await keeper.resumeRotation(id, operator: ScriptedOperator([{ madeUp }]))
            #expect(first.state == .awaitingOperator)
            let person = ScriptedOperator([{ madeUp }, { try? sandbox.regenerateSecret(of: sandbox.integration) }])
            #expect(try await world.keeper().resumeRotation(id, operator: person).state == .closed)
            #expect(person.problems.count == 2)
        }
    }

    @Test func `of an app without connections closes, unproven where nobody can be asked`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            #expect(report.closedUnproven)
            #expect(
                try await keeper.get(KeeperWorld.app, field: "client_secret")
                    == Secret(world.sandbox.integration.clientSecret))
        }
    }

    @Test func `tells of a stolen token that was used first, and goes on with the others`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            // The thief's server is a keeper with a copy of the vault as it was.
            try world.stealVault()
            #expect(try await world.thief().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            #expect(report.openItems.count == 1)
            #expect(report.openItems.first?.contains("may have used the refresh token first") == true)
            #expect(try await world.state("birch") == "active")
            #expect(try await world.state("acme") == "needs_reauthorization")
        }
    }

    @Test func `tells of it, too, where another process was the first to be refused`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            try world.stealVault()
            #expect(try await world.thief().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .failed)
            #expect(try await world.state("acme") == "needs_reauthorization")
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            #expect(report.openItems.count == 1, "\(report.text)")
            #expect(report.openItems.first?.contains("may have used the refresh token first") == true)
        }
    }

    @Test(arguments: [true, false])
    func `tells of no thief where a lost answer, or a person here, ended the grant before`(isLost: Bool) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            if isLost {
                world.sandbox.faults.set([FaultRule(.answerLost, grantType: "refresh_token")])
                for _ in 1...2 {
                    _ = try await keeper.refresh(.forced(Self.acme))
                    world.time.advance(by: 4000)
                }
            } else {
                _ = try await keeper.changeConnection(Self.acme, action: .rotate, reason: "made up") { record in
                    record.state = .needsReauthorization
                    record.lastError = "made up"
                    return true
                }
            }
            #expect(try await world.state("acme") == "needs_reauthorization")
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            // Where no request ended it, the token from before lives, and is one more.
            #expect(report.openItems.count == (isLost ? 1 : 2), "\(report.text)")
            #expect(!report.openItems.contains { $0.contains("may have used the refresh token first") })
        }
    }

    @Test func `repeats a lost answer once within the rotation`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let refreshToken = try await world.refreshToken("acme")
            world.sandbox.faults.set([FaultRule(.reset, grantType: "refresh_token")])
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            #expect(report.openItems.isEmpty, "\(report.text)")
            #expect(world.presented(refreshToken) == 2)
        }
    }

    @Test func `is one an app, whoever opens it`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keepers = try await [world.keeper(), world.keeper(), world.keeper(), world.keeper()]
            let opened = await withTaskGroup(of: Result<RotationID, any Error>.self) { group in
                for keeper in keepers {
                    group.addTask {
                        do { return .success(try await keeper.openRotation(of: KeeperWorld.app)) } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(opened.count { (try? $0.get()) != nil } == 1)
            #expect(try await world.keeper().rotations().count == 1)
            await #expect(throws: KeeperError(.busy, "")) {
                try await world.keeper().openRotation(of: KeeperWorld.app)
            }
        }
    }

    @Test func `begins with the connections whose old tokens would work longest`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            // By name the other way round.
            for account in ["acme", "birch", "cedar"] {
                try await world.connect(account)
                world.time.advance(by: 60)
            }
            let keeper = try await world.keeper()
            let plan = try await keeper.previewRotation(
                of: KeeperWorld.app, mode: .leak, taint: nil, accessTokenLeaked: false, isForced: false)
            let paths = ["main/crm/cedar", "main/crm/birch", "main/crm/acme"].map(KeeperWorld.path)
            #expect(plan.connections == paths.map(\.description))
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.connections.map(\.path) == paths)
        }
    }

    @Test func `is run by one process, and another is told`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let person = WaitingOperator()
            async let report = keeper.resumeRotation(id, operator: person)
            await person.waitUntilAsked()
            await #expect(throws: RotationError(.superseded, "")) {
                try await world.keeper().resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            }
            person.answer(try world.sandbox.regenerateSecret(of: world.sandbox.integration))
            #expect(try await report.state == .closed)
        }
    }

    @Test func `outlives a connection that is removed meanwhile`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            _ = try await keeper.remove(Self.acme)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            #expect(report.openItems.allSatisfy { $0.contains("main/crm/acme") })
            #expect(try await world.state("birch") == "active")
        }
    }

    @Test(arguments: [RotationMode.leak, .planned])
    func `reissues what was connected while it was opened`(mode: RotationMode) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let writes = Counter()
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    // The plan is made, and not committed yet.
                    if durability == .synced, writes.next() == 1 { try await world.connect("birch") }
                }
            }
            let id = try await keeper.openRotation(
                of: KeeperWorld.app, mode: mode, taint: mode == .leak ? .serve : nil)
            let old = try await world.token("birch")
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed)
            // After a leak they are looked up when nothing can be connected any more.
            #expect(report.connections.count == (mode == .leak ? 2 : 1))
            #expect(report.unplanned.map(\.path.description) == (mode == .leak ? [] : ["main/crm/birch"]))
            #expect(report.unplanned.allSatisfy { $0.outcome == .reissued && $0.handledAt != nil })
            #expect(report.openItems.isEmpty && !report.closedUnproven, "\(report.text)")
            #expect(try await world.state("birch") == "active")
            #expect(try await world.token("birch") != old)
        }
    }

    @Test func `names what was connected while it was opened and could not be reissued`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let (writes, network) = (Counter(), BreakableTransport(world.transport))
            let keeper = try await world.keeper(
                watched: { store in
                    WatchedStore(store) { _, durability in
                        // The plan is made, and not committed yet.
                        if durability == .synced, writes.next() == 1 { try await world.connect("birch") }
                    }
                }, transport: network)
            let id = try await keeper.openRotation(of: KeeperWorld.app, mode: .planned)
            let refreshToken = try await world.refreshToken("birch")
            network.fail { body in body.contains(refreshToken) }
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed && report.connections.map(\.outcome) == [.reissued], "\(report.text)")
            #expect(report.openItems.count == 1 && report.closedUnproven, "\(report.text)")
            let item = try #require(report.openItems.first)
            #expect(item.contains("coffer refresh --force main/crm/birch"), "\(item)")
            #expect(report.unplanned.map(\.path) == [KeeperWorld.path("main/crm/birch")])
            #expect(report.unplanned.map(\.outcome) == [.failed], "\(report.text)")
            network.mend()
            let line = try await keeper.refresh(.forced(KeeperWorld.path("main/crm/birch"))).first
            #expect(line?.outcome == .refreshed)
        }
    }

    @Test func `that left a held connection behind is made good by the next who asks`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            // Authorised with the old secret, confirmed after the rotation.
            let found = try await world.found("cedar", at: "acme")
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold)
            _ = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            let view = try await world.keeper().confirm(found)
            #expect(view.state == "tainted")
            world.time.advance(by: 60)
            _ = try await world.token("acme")
            #expect(try await world.state("acme") == "active")
        }
    }
}
