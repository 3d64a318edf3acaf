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
        #expect(report.connections.map(\.tokens) == [.proven, .proven, .proven, .proven])
        #expect(
            report.openItems == [
                "main/app/c0 needs a person: the grant is gone",
                "main/app/c1 was not reissued: the answer is HTML",
            ])
        #expect(report.closedUnproven)
    }

    @Test(arguments: [ProofResult.proven, .refuted, .unproven])
    func `asks about the old tokens of what is left to a person, and says what was found`(
        verdict: ProofResult
    ) async throws {
        let plan = try RotationPlan.of(2)
        let world = try await Self.world(2) { script in
            script.results[plan.connections[0]] = [.needsPerson(reason: "the grant is gone")]
            script.tokenVerdict = verdict
        }
        let report = try await world.runner(parallelism: 1).run(plan.id)
        #expect(world.names.suffix(3) == ["tokens_probed", "left_tokens_probed", "closed"])
        #expect(world.calls.count { $0 == "prove left main/app/c0" } == 1)
        #expect(report.connections.map(\.tokens) == [verdict, verdict])
        let found = report.proofs.filter { $0.connection == plan.connections[0] }
        #expect(found.map(\.proof.result) == [verdict] && found.map(\.proof.subject) == ["old access token"])
        #expect(found.allSatisfy { !$0.proof.evidence.isEmpty && $0.proof.at > report.openedAt })
        #expect(report.openItems.count { $0.hasPrefix("main/app/c0") } == (verdict == .refuted ? 2 : 1))
        #expect(report.closedUnproven && world.violations == [])
        let rows = try `A report in JSON`.object(report)["connections"] as? [[String: Any]]
        #expect(rows?.first?["tokens"] as? String == verdict.rawValue)
        #expect(report.text.contains("left tokens tried"))
    }

    @Test func `says at its end what is left of connections that are in no plan`() async throws {
        let (plan, late) = (try RotationPlan.of(2), try CredentialPath("main/app/late"))
        let trouble = ReissueResult.failed(reason: "\u{1B}[2J 503", retryable: true)
        let world = try await Self.world(2) { script in
            script.unplanned = [late]
            script.results = [plan.connections[0]: [.needsPerson(reason: "the grant is gone")], late: [trouble]]
        }
        let report = try await world.runner(parallelism: 1).run(plan.id)
        #expect(
            report.openItems == [
                "main/app/c0 needs a person: the grant is gone",
                "main/app/late, which was connected while the rotation was opened, was not reissued; "
                    + "try it with coffer refresh --force main/app/late: [2J 503",
            ])
        #expect(report.unplannedItemCount == 1 && report.closedUnproven)
        #expect(world.calls.count { $0 == "reissue main/app/late" } == 1 && world.violations == [])
        #expect(report.containment?.doubts.last == "1 connection that was in no plan is left")
        let other = try await Self.world(1) { script in
            script.unplanned = [late]
            script.results = [late: [trouble]]
        }
        let only = try await other.runner().run(other.plan.id)
        #expect(only.closedUnproven && only.containment?.at == nil, "\(only.text)")
    }

    @Test func `has rows for what was connected while it was opened, apart from the planned`() async throws {
        let late = try ["a", "b", "c"].map { try CredentialPath("main/app/\($0)") }
        let world = try await Self.world(1) { script in
            script.unplanned = late
            script.results = [
                late[0]: [.needsPerson(reason: "the grant is gone")],
                late[1]: [.failed(reason: "503", retryable: true)],
            ]
        }
        let report = try await world.runner(parallelism: 1).run(world.plan.id)
        #expect(
            world.names.suffix(9) == [
                "tokens_probed", "unplanned_listed", "reissued", "reissued", "reissued", "tokens_probed",
                "left_tokens_probed", "left_tokens_probed", "closed",
            ])
        #expect(report.unplannedItemCount == 2 && report.openItems.count == 2 && report.connections.count == 1)
        #expect(report.unplanned.map(\.path) == late)
        #expect(report.unplanned.map(\.outcome) == [.needsPerson, .failed, .reissued])
        #expect(report.unplanned.map(\.tokens) == [.proven, .proven, .proven])
        #expect(report.unplanned.map(\.reason) == ["the grant is gone", "503", nil])
        #expect(report.unplanned.allSatisfy { $0.handledAt != nil && $0.tries == 1 })
        #expect(report.reissuedAt == report.unplanned.last?.handledAt)
        #expect(report.connectionsOfPersons.map(\.path) == [late[0]] && report.loginAdvice != nil)
        let steps = report.steps.filter { ["unplanned_listed", "reissued"].contains($0.step) }
        #expect(steps.map(\.detail) == ["3 connections that were in no plan", "2 of 4 connections"])
        #expect(report.text.contains("\nCONNECTED WHILE IT WAS OPENED (3)\n"), "\(report.text)")
        let rows = try `A report in JSON`.object(report)["unplanned_connections"] as? [[String: Any]]
        #expect(rows?.map { $0["outcome"] as? String } == ["needs_person", "failed", "reissued"])
    }

    @Test func `has a row for what was in no plan and got new tokens, and nothing is left of it`() async throws {
        let late = try CredentialPath("main/app/late")
        let world = try await Self.world(1) { $0.unplanned = [late] }
        let report = try await world.runner().run(world.plan.id)
        #expect(report.state == .closed && !report.closedUnproven && report.openItems.isEmpty, "\(report.text)")
        #expect(report.unplanned.map(\.path) == [late] && report.unplanned.map(\.outcome) == [.reissued])
        #expect(report.renewals[late.description] == report.unplanned.first?.handledAt)
        #expect(report.proofs.count { $0.connection == late } == 2)
        #expect(report.containment?.at == report.reissuedAt && report.containment?.doubts == [])
    }

    @Test func `reads from the last event of an old journal what is left of what was in no plan`() async throws {
        let late = "which was connected while the rotation was opened,"
        let world = try await Self.world(1)
        _ = try await world.runner().run(world.plan.id)
        let items = [
            "main/app/a, \(late) needs a person: the grant is gone",
            "main/app/b, \(late) was not reissued; try it with coffer refresh --force main/app/b: 503",
            "main/app/c, \(late) has new tokens, but old access token is not refused: 200",
            "main/app/c, \(late) has new tokens, but old refresh token is not dead: active",
            "no path, \(late) needs a person: made up", "main/app/d, \(late) is something new",
        ]
        let end = JournalEvent(at: world.now(), by: "ada", .closed(openItems: items))
        let report = try RotationReport(events: Array(world.events.dropLast()) + [end])
        #expect(report.unplannedItemCount == 6 && report.connections.count == 1)
        #expect(report.unplanned.map(\.path.description) == ["main/app/a", "main/app/b", "main/app/c"])
        #expect(report.unplanned.map(\.outcome) == [.needsPerson, .failed, .reissued])
        #expect(report.unplanned.map(\.tokens) == [nil, nil, .refuted])
        #expect(
            report.unplanned.map(\.reason) == [
                "the grant is gone", "try it with coffer refresh --force main/app/b: 503",
                "old access token is not refused: 200; old refresh token is not dead: active",
            ])
        #expect(report.unplanned.allSatisfy { $0.handledAt == report.closedAt && $0.tries == 1 })
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
