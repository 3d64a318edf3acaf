// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

@Suite struct `A rotation's runner` {
    static func world(
        _ connections: Int = 3, driver: String = "rfc7592", _ adjust: (inout RotationWorld.Script) -> Void = { _ in }
    ) async throws -> RotationWorld {
        var script = RotationWorld.Script()
        adjust(&script)
        let world = RotationWorld(try .of(connections, driver: driver), script)
        try await world.runner().open(world.plan)
        return world
    }

    @Test func `takes the steps in the vendors' order`() async throws {
        let world = try await Self.world(1)
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(
            world.calls == [
                "taint", "freeze", "replace", "prove new", "switch", "prove old", "reissue main/app/c0",
                "prove main/app/c0", "close",
            ])
        #expect(
            world.names == [
                "opened", "tainted", "frozen", "secret_requested", "pending_sealed", "pending_probed", "switched",
                "old_secret_probed", "reissued", "tokens_probed", "closed",
            ])
    }

    @Test func `looks up after the taint whom a leak concerns, and once`() async throws {
        var script = RotationWorld.Script()
        script.listsLater = true
        let world = RotationWorld(try RotationPlan.of(2), script)
        try await world.open()
        let opened = try RotationReport(events: world.events)
        #expect(opened.connections.isEmpty && opened.taintedAt == opened.openedAt)
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(report.connections.map(\.outcome) == [.reissued, .reissued])
        #expect(world.calls.prefix(4) == ["taint", "list", "taint", "freeze"])
        #expect(world.names.prefix(4) == ["opened", "listed", "tainted", "frozen"])
        #expect(report.steps[1].detail == "2 connections")
    }

    @Test func `does nothing to a closed rotation`() async throws {
        let world = try await Self.world(1)
        _ = try await world.runner().run(world.plan.id)
        let before = (world.events, world.calls)
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.events == before.0)
        #expect(world.calls == before.1)
    }

    @Test func `refuses an id that is taken, and one that isn't there`() async throws {
        let world = try await Self.world(1)
        await #expect(throws: RotationError(.superseded, "")) { try await world.runner().open(world.plan) }
        let empty = RotationWorld(try .of(1))
        await #expect(throws: RotationError(.notFound, "")) { try await empty.runner().run(empty.plan.id) }
    }

    @Test(arguments: [1, 2, 4])
    func `reissues no more connections at once than it may`(parallelism: Int) async throws {
        let world = try await Self.world(20)
        let report = try await world.runner(parallelism: parallelism).run(world.plan.id)
        #expect(report.connections.allSatisfy { $0.outcome == .reissued })
        #expect(world.state.withLock { $0.mostRunning } <= parallelism)
    }

    @Test func `starts the most exposed connections first`() async throws {
        let world = try await Self.world(4)
        _ = try await world.runner(parallelism: 1).run(world.plan.id)
        #expect(world.calls.filter { $0.hasPrefix("reissue") } == (0..<4).map { "reissue main/app/c\($0)" })
    }

    @Test func `lets one connection's failure stop none of the others`() async throws {
        let plan = try RotationPlan.of(4)
        let world = try await Self.world(4) { script in
            script.results[plan.connections[0]] = [.needsPerson(reason: "the grant is gone")]
            script.results[plan.connections[1]] = [.failed(reason: "the answer is HTML", retryable: false)]
        }
        let report = try await world.runner(parallelism: 1).run(plan.id)
        #expect(report.connections.map(\.outcome) == [.needsPerson, .failed, .reissued, .reissued])
        #expect(
            report.openItems == [
                "main/app/c0 needs a person: the grant is gone",
                "main/app/c1 was not reissued: the answer is HTML",
            ])
        #expect(report.closedUnproven)
    }

    @Test func `tries a connection a second time after a pause, and a third in a later run`() async throws {
        let plan = try RotationPlan.of(2)
        let trouble = ReissueResult.failed(reason: "503", retryable: true)
        let world = try await Self.world(2) { script in
            script.results = [plan.connections[0]: [trouble], plan.connections[1]: [trouble, trouble, trouble]]
        }
        let report = try await world.runner(parallelism: 1).run(plan.id)
        #expect(report.state == .stopped && report.stopReason == .connectionsLeft)
        #expect(report.connections.map(\.outcome) == [.reissued, .pending])
        #expect(report.connections.map(\.tries) == [2, 2])
        #expect(
            report.openItems == [
                StopReason.connectionsLeft.advice(of: .clientSecret), "main/app/c1 was not reissued: 503",
            ])
        #expect(world.calls.filter { $0 == "pause" }.count == 1)
        #expect(!world.calls.contains("close"), "the old secret is kept")
        let last = try await world.runner(parallelism: 1).run(plan.id)
        #expect(last.state == .closed && last.openItems.isEmpty && !last.closedUnproven)
        #expect(last.connections.map(\.tries) == [2, 4])
        #expect(world.calls.filter { $0 == "pause" }.count == 2, "the first try of a run comes at once")
        #expect(world.calls.filter { $0 == "prove main/app/c0" }.count == 1)
        #expect(world.violations == [])
    }

    @Test func `waits where nobody answers about a secret, and goes on where it stood`() async throws {
        let world = try await Self.world(1) { script in
            script.newSilences = 2
            script.oldSilences = 1
        }
        let silence = RotationError(.unanswered, "")
        for _ in 0..<2 {
            await #expect(throws: silence) { try await world.runner().run(world.plan.id) }
            #expect(!world.calls.contains("switch"))
            let report = try RotationReport(events: world.events)
            #expect(report.state == .running && report.isFrozen)
        }
        await #expect(throws: silence) { try await world.runner().run(world.plan.id) }
        #expect(world.names.last == "switched")
        #expect(!world.calls.contains { $0.hasPrefix("reissue") })
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed && !report.closedUnproven)
        #expect(world.state.withLock { $0.requestsSent } == 1)
        #expect(world.violations == [])
    }

    @Test func `stops where the old secret is still accepted, and asks again when resumed`() async throws {
        let world = try await Self.world { $0.oldVerdicts = [.refuted, .refuted] }
        for _ in 0..<2 {
            let report = try await world.runner().run(world.plan.id)
            #expect(report.state == .stopped)
            #expect(report.stopReason == .oldSecretAccepted)
            #expect(report.oldSecretDeadAt == nil)
        }
        #expect(!world.calls.contains { $0.hasPrefix("reissue") })
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(!report.closedUnproven)
    }

    @Test func `goes on to the end where the old secret can't be asked about, and says so`() async throws {
        let world = try await Self.world { $0.oldVerdicts = [.unproven] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed)
        #expect(report.closedUnproven)
        #expect(report.oldSecretDeadAt == nil)
    }

    @Test func `replaces a refused secret once and then stops under the freeze`() async throws {
        let world = try await Self.world { $0.pendingVerdicts = [.refuted, .refuted] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .stopped)
        #expect(report.stopReason == .newSecretRefused)
        #expect(report.isFrozen)
        #expect(world.state.withLock { $0.requestsSent } == 2)
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.violations == [])
    }

    @Test func `tells whoever watches what it does and how far it is`() async throws {
        let seen = Mutex<[String]>([])
        let world = try await Self.world(2)
        _ = try await world.runner(parallelism: 1) { progress in
            switch progress {
            case .beginning(let action): seen.withLock { $0.append(action.sentence) }
            case .recorded(let event, let done, let all):
                seen.withLock { $0.append("\(event.fact.name) \(done)/\(all)") }
            }
        }.run(world.plan.id)
        let lines = seen.withLock { $0 }
        #expect(lines.first == "marking the app's tokens as leaked")
        #expect(lines.filter { $0.hasPrefix("reissued") } == ["reissued 1/2", "reissued 2/2"])
        #expect(lines.last == "the rotation is closed")
    }

    @Test func `that was cancelled leaves the rotation as a kill does`() async throws {
        let world = try await Self.world()
        let task = Task {
            try await world.runner { progress in
                if case .recorded(let event, _, _) = progress, event.fact.name == "secret_requested" {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }.run(world.plan.id)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(world.names.last == "secret_requested")
        #expect(try await world.runner().run(world.plan.id).state == .closed)
        #expect(world.violations == [])
        #expect(world.state.withLock { $0.requestsSent } == 1)
    }

    @Test func `writes down what was under way when it was cancelled, and begins nothing new`() async throws {
        let world = try await Self.world(8)
        let task = Task {
            try await world.runner(parallelism: 2) { progress in
                if case .recorded(let event, 1, _) = progress, event.fact.name == "reissued" {
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }.run(world.plan.id)
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        let begun = world.calls.filter { $0.hasPrefix("reissue") }.count
        #expect(begun < 8)
        #expect(world.names.filter { $0 == "reissued" }.count == begun)
    }
}
