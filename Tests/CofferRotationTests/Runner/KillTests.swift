// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Synchronization
import Testing

@Suite struct `A rotation that is killed` {
    static let scripts: [(driver: String, script: RotationWorld.Script)] = {
        var refused = RotationWorld.Script()
        refused.pendingVerdicts = [.refuted]
        var fallen = RotationWorld.Script()
        fallen.fallsToOperator = true
        var alone = RotationWorld.Script()
        alone.isPresent = false
        return [
            ("rfc7592", RotationWorld.Script()), ("operator", RotationWorld.Script()), ("rfc7592", refused),
            ("operator", refused), ("rfc7592", fallen), ("operator", alone),
        ]
    }()

    @Test(arguments: scripts.indices)
    func `ends the same wherever the kill came`(index: Int) async throws {
        let (driver, script) = Self.scripts[index]
        let plan = try RotationPlan.of(3, driver: driver)
        let undisturbed = RotationWorld(plan, script)
        try await undisturbed.runner().open(plan)
        _ = try await undisturbed.runner(parallelism: 1).run(plan.id)
        let expected = try undisturbed.endState()
        #expect(expected.report == .closed)
        #expect(expected.reissued.count == 3)

        let touches = undisturbed.state.withLock { $0.touches }
        for moment in 3...touches {
            var killed = script
            killed.killAt = [moment]
            let world = RotationWorld(plan, killed)
            try await world.runner().open(plan)
            await #expect(throws: RotationWorld.Killed.self) {
                try await world.runner(parallelism: 1).run(plan.id)
            }
            world.restart()
            let report = try await world.runner(parallelism: 1).run(plan.id)
            #expect(report.state == .closed)
            #expect(try world.endState() == expected, "killed at \(moment) of \(touches)")
            #expect(world.violations == [], "killed at \(moment) of \(touches)")
            #expect(world.state.withLock { $0.requestsSent } == undisturbed.state.withLock { $0.requestsSent })
        }
    }

    @Test func `announces a lost request again before it asks again`() async throws {
        let plan = try RotationPlan.of(0)
        let world = RotationWorld(plan)
        try await world.runner().open(plan)
        // Dies in the request for the secret, when it has been sent and nothing sealed.
        world.state.withLock { $0.script.killAt = [] }
        var moment = 3
        while !world.names.contains("closed") {
            let attempt = RotationWorld(plan)
            try await attempt.runner().open(plan)
            attempt.state.withLock { $0.script.killAt = [moment] }
            _ = try? await attempt.runner().run(plan.id)
            if attempt.state.withLock({ $0.requestsSent == 1 && $0.pending == nil && $0.isDead }) {
                attempt.restart()
                _ = try await attempt.runner(name: "grace").run(plan.id)
                #expect(
                    attempt.names == [
                        "opened", "tainted", "frozen", "secret_requested", "resumed", "secret_requested",
                        "pending_sealed", "pending_probed", "switched", "old_secret_probed", "closed",
                    ])
                #expect(attempt.events[5].fact == .secretRequested(attempt: 1, mayHaveBeenSent: true))
                #expect(attempt.events[4].by == "grace")
                #expect(attempt.state.withLock { $0.requestsSent } == 1)
                return
            }
            moment += 1
            try #require(moment < 200)
        }
    }
}
