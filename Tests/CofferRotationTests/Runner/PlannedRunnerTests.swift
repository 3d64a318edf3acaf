// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

@Suite struct `A planned rotation` {
    static func world(
        _ connections: Int = 2, driver: String = "api", overlaps: Bool = true,
        _ adjust: (inout RotationWorld.Script) -> Void = { _ in }
    ) async throws -> RotationWorld {
        var script = RotationWorld.Script()
        adjust(&script)
        let plan = try RotationPlan.of(connections, driver: driver, mode: .planned, overlaps: overlaps)
        let world = RotationWorld(plan, script)
        try await world.runner().open(plan)
        return world
    }

    @Test func `adds the second secret, reissues, and retires the old one last`() async throws {
        let world = try await Self.world(1)
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(!report.closedUnproven)
        #expect(
            world.calls == [
                "replace", "prove new", "switch", "reissue main/app/c0", "remove", "prove old", "close",
            ])
        #expect(report.taint == nil)
        #expect(report.taintedAt == nil)
        #expect(!report.text.contains("taint"))
    }

    @Test func `tries what is in no plan at its end, and has a row for it`() async throws {
        let late = try CredentialPath("main/app/late")
        let world = try await Self.world(1) { $0.unplanned = [late] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed && report.openItems.isEmpty && !report.closedUnproven, "\(report.text)")
        #expect(world.calls.suffix(3) == ["prove old", "reissue main/app/late", "close"])
        #expect(report.unplanned.map(\.outcome) == [.reissued] && report.unplanned.map(\.path) == [late])
        #expect(world.violations == [])
    }

    @Test func `with one secret at a time freezes for its replacement and sees the old one dead at the end`()
        async throws
    {
        let world = try await Self.world(1, driver: "rfc7592", overlaps: false)
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(
            world.names == [
                "opened", "frozen", "secret_requested", "pending_sealed", "pending_probed", "switched", "reissued",
                "old_secret_probed", "closed",
            ])
    }

    @Test func `by a person waits for the removal, and says how to go on`() async throws {
        let world = try await Self.world(1, driver: "operator") { $0.hasRemoved = [false, false, true] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .awaitingOperator)
        #expect(report.awaitsRemoval)
        #expect(report.reissuedAt != nil)
        #expect(report.instructionText.contains("Then say so: coffer rotate resume \(world.plan.id) --removed"))
        #expect(!report.instructionText.contains("wait"))
        #expect(try await world.runner().run(world.plan.id).state == .awaitingOperator)
        let last = try await world.runner(name: "grace").run(world.plan.id)
        #expect(last.state == .closed)
        #expect(last.steps.first { $0.step == "old_secret_removed" }?.detail == "grace says that it is removed")
    }

    @Test func `goes on by itself where somebody removed the old secret and the provider says so`() async throws {
        let world = try await Self.world(1, driver: "operator") { $0.hasRemoved = [false, false] }
        #expect(try await world.runner().run(world.plan.id).state == .awaitingOperator)
        world.removeOldSecretsByHand()
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(!world.names.contains("old_secret_removed"))
        #expect(world.calls.count { $0 == "removed?" } == 1)
    }

    @Test func `takes a reissue for the proof that a probe could not give`() async throws {
        let world = try await Self.world(2) { $0.pendingVerdicts = [.unproven] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(!report.closedUnproven)
        #expect(report.proofs.first?.proof.evidence == "main/app/c0 was refreshed with it")
        #expect(world.violations == [])
    }

    @Test func `keeps the old secret where nothing has shown that the new one works`() async throws {
        let gone = ReissueResult.needsPerson(reason: "the grant is gone")
        let paths = try RotationPlan.of(2).connections
        let world = try await Self.world(2) { script in
            script.pendingVerdicts = [.unproven]
            script.results = [paths[0]: [gone, gone, gone], paths[1]: [gone]]
            script.hasRemoved = [false]
        }
        #expect(try await world.runner().run(world.plan.id).state == .awaitingOperator)
        #expect(world.state.withLock { $0.alive.count } == 2)
        // Meanwhile an account was connected again.
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(report.connections.map(\.outcome) == [.needsPerson, .reissued])
        #expect(world.names.filter { $0 == "old_secret_removed" }.count == 1)
        #expect(world.violations == [])
    }

    @Test func `is given up for a leak, whose thief may have the new secret too`() async throws {
        let world = try await Self.world(1, driver: "operator") { $0.hasRemoved = [false] }
        #expect(try await world.runner().run(world.plan.id).awaitsRemoval)
        let first = world.state.withLock { $0.current }
        try await world.force(.of(1, driver: "operator", number: 1))
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(world.state.withLock { $0.current } != first)
        #expect(world.state.withLock { $0.leaked.contains(first) })
        let abandoned = try RotationReport(events: world.state.withLock { $0.abandoned[0] })
        #expect(abandoned.state == .abandoned)
        #expect(abandoned.text.contains("ABANDONED"))
        #expect(world.violations == [])
    }
}
