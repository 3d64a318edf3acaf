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

@Suite struct `A planned rotation` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let second = "made-up-second-secret"
    private static let third = "made-up-third-secret"

    private static func state(_ keeper: Keeper) async throws -> String? { try await keeper.status().first?.state }

    @Test func `with two secrets side by side taints and freezes nothing, and retires the old one last`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let asked = Counter()
            let person = SecondSecretOperator(server: server, secret: Self.second, removes: "secret") {
                asked.next()
                #expect(server.accepted == ["secret", Self.second])
                #expect(server.refreshes == [Self.second], "the old secret goes before the tokens are new")
                let record = try await keeper.appRecord(above: DescribedWorld.path).record
                #expect(record.frozenBy == nil)
                #expect(record.taintEpoch == 0)
                #expect(try await Self.state(keeper) == "active")
                #expect(try await keeper.token(DescribedWorld.path).note == nil)
            }
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(!report.closedUnproven, "\(report.text)")
            #expect(asked.count == 1)
            #expect(report.steps.allSatisfy { !["tainted", "frozen"].contains($0.step) })
            let record = try await keeper.appRecord(above: DescribedWorld.path).record
            #expect(record.registration?.clientSecret == Secret(Self.second))
            #expect(record.retiredSecret == nil && record.pendingSecret == nil && record.unwanted.isEmpty)
            #expect(try await keeper.token(DescribedWorld.path).credential.value == Secret("made-up-access-2"))
        }
    }

    @Test func `waits for the removal, and goes on once the provider refuses the old secret`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let person = SecondSecretOperator(server: server, secret: Self.second)
            for _ in 0..<2 {
                let report = try await keeper.resumeRotation(id, operator: person)
                #expect(report.state == .awaitingOperator)
                #expect(report.awaits?.title.contains("Remove the old client secret") == true)
                #expect(server.refreshes == [Self.second], "what has new tokens gets no others")
            }
            server.remove("secret")
            #expect(try await keeper.resumeRotation(id, operator: person).state == .closed)
        }
    }

    @Test func `is stopped by an old secret that is said to be removed and is accepted`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let id = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let person = SecondSecretOperator(server: server, secret: Self.second, removes: "another")
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.stopReason == .oldSecretAccepted)
            server.remove("secret")
            #expect(try await keeper.resumeRotation(id, operator: person).state == .closed)
        }
    }

    @Test func `leaves the old secret where tokens end with it and a connection has none from the new one`()
        async throws
    {
        let server = TwoSecretServer()
        let describe: (inout ProviderDescription) -> Void = { provider in
            TwoSecretServer.describe(&provider)
            provider.secretFacts?.tokensSurvive = false
        }
        try await DescribedWorld.with([], over: server, describe) { keeper, _ in
            server.fail(.misconfigured)
            let id = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let person = SecondSecretOperator(server: server, secret: Self.second)
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.awaitsRemoval)
            #expect(report.awaits?.steps.first?.contains("main/as/one") == true, "\(report.text)")
            server.fail(nil)
            let next = try await keeper.resumeRotation(id, operator: person)
            #expect(next.awaitsRemoval)
            #expect(next.awaits?.steps.first?.contains("main/as/one") == false, "\(next.text)")
            #expect(next.connections.map(\.outcome) == [.reissued])
        }
    }

    @Test func `with one secret at a time freezes refreshes and serves tokens`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            let old = try await world.token("acme")
            let oldSecret = world.sandbox.integration.clientSecret
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app, mode: .planned)
            let first = try await keeper.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
            #expect(first.state == .awaitingOperator && first.isFrozen)
            let handout = try await world.keeper().token(Self.acme)
            #expect(handout.credential.value == Secret(old))
            #expect(handout.note == nil)
            #expect(try await world.state("acme") == "active")
            let report = try await world.keeper().resumeRotation(operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed, "\(report.text)")
            #expect(report.openItems.isEmpty && !report.closedUnproven, "\(report.text)")
            #expect(world.sandbox.log.requests(carrying: oldSecret).last?.status == 401)
            #expect(try await world.token("acme") != old)
        }
    }

    // MARK: - Given up

    @Test func `is given up for a leak that takes over its freeze, and by force only`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.token("acme")
            let keeper = try await world.keeper()
            let first = try await keeper.openRotation(of: KeeperWorld.app, mode: .planned)
            _ = try await keeper.resumeRotation(first, operator: ScriptedOperator(isPresent: false, []))
            await #expect(throws: KeeperError(.busy, "")) { try await keeper.openRotation(of: KeeperWorld.app) }
            let second = try await keeper.openRotation(of: KeeperWorld.app, taint: .hold, isForced: true)
            let abandoned = try await keeper.rotation(first)
            #expect(abandoned.state == .abandoned)
            #expect(abandoned.steps.last?.detail?.contains("\(second)") == true)
            let waiting = try await keeper.resumeRotation(operator: ScriptedOperator(isPresent: false, []))
            #expect(waiting.id == second, "the one that was given up is not open")
            let record = try await keeper.appRecord(above: Self.acme).record
            #expect(record.frozenBy == second.description)
            await #expect(throws: KeeperError(.rotating, "")) { try await world.keeper().token(Self.acme) }
            let report = try await keeper.resumeRotation(operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed, "\(report.text)")
            #expect(try await world.token("acme") != old)
            // Nothing happens any more to the one that was given up.
            #expect(try await keeper.resumeRotation(first, operator: AbsentPerson()).state == .abandoned)
        }
    }

    @Test func `whose new secret leaked has it replaced, and its old one seen dead as well`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let planned = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            let person = SecondSecretOperator(server: server, secret: Self.second)
            #expect(try await keeper.resumeRotation(planned, operator: person).awaitsRemoval)
            let leak = try await keeper.openRotation(of: DescribedWorld.app, taint: .hold, isForced: true)
            let hasty = SecondSecretOperator(server: server, secret: Self.third) {}
            let absent = try await keeper.resumeRotation(leak, operator: AbsentPerson())
            #expect(absent.state == .awaitingOperator)
            // What the planned rotation's secret minted is tainted too.
            await #expect(throws: KeeperError(.rotating, "")) { try await keeper.token(DescribedWorld.path) }
            server.remove(Self.second)
            let report = try await keeper.resumeRotation(leak, operator: hasty)
            #expect(report.stopReason == .oldSecretAccepted, "the first secret is accepted: \(report.text)")
            server.replaceAll(with: Self.third)
            let last = try await keeper.resumeRotation(leak, operator: hasty)
            #expect(last.state == .closed && last.openItems.isEmpty, "\(last.text)")
            let record = try await keeper.appRecord(above: DescribedWorld.path).record
            #expect(record.unwanted.isEmpty && record.retiredSecret == nil && record.frozenBy == nil)
            #expect(try await Self.state(keeper) == "active")
            _ = try await keeper.token(DescribedWorld.path)
        }
    }

    @Test func `leaves no pending secret to the rotation that it is given up for`() async throws {
        let server = TwoSecretServer()
        try await DescribedWorld.with([], over: server, TwoSecretServer.describe) { keeper, _ in
            let planned = try await keeper.openRotation(of: DescribedWorld.app, mode: .planned)
            // Sealed and not yet put in force when somebody finds out that it leaked.
            let person = SecondSecretOperator(server: server, secret: Self.second)
            let run = Task {
                try await keeper.resumeRotation(planned, operator: person) { progress in
                    if case .recorded(let event, _, _) = progress, event.fact.name == "pending_sealed" {
                        withUnsafeCurrentTask { $0?.cancel() }
                    }
                }
            }
            await #expect(throws: CancellationError.self) { try await run.value }
            let leak = try await keeper.openRotation(of: DescribedWorld.app, isForced: true)
            // The same value once more is refused: it may be the one that leaked.
            await #expect(throws: RotationError(.unusableSecret, "")) {
                try await keeper.resumeRotation(leak, operator: person)
            }
            let record = try await keeper.appRecord(above: DescribedWorld.path).record
            #expect(record.pendingSecret == nil)
            #expect(record.unwanted.map(\.secret) == [Secret(Self.second)])
            server.replaceAll(with: Self.third)
            let report = try await keeper.resumeRotation(
                leak, operator: SecondSecretOperator(server: server, secret: Self.third))
            #expect(report.state == .closed, "\(report.text)")
        }
    }
}

/// Nobody.
private struct AbsentPerson: RotationOperator {
    func isPresent() async -> Bool { false }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { false }
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { nil }
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
}
