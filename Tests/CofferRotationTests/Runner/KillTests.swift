// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

@Suite struct `A rotation that is killed` {
    static let scripts: [(plan: RotationPlan, script: RotationWorld.Script)] = {
        var refused = RotationWorld.Script()
        refused.pendingVerdicts = [.refuted]
        var fallen = RotationWorld.Script()
        fallen.fallsToOperator = true
        var alone = RotationWorld.Script()
        alone.isPresent = false
        var removing = RotationWorld.Script()
        removing.removalFallsToOperator = true
        var unproven = RotationWorld.Script()
        unproven.pendingVerdicts = [.unproven]
        let usual = RotationWorld.Script()
        var listing = RotationWorld.Script()
        listing.listsLater = true
        var late = RotationWorld.Script()
        late.unplanned = [try? CredentialPath("main/app/late")].compactMap(\.self)
        var scripts: [(plan: RotationPlan, script: RotationWorld.Script)] = []
        for mode in [RotationMode.leak, .planned] {
            let cases: [(driver: String, overlaps: Bool, script: RotationWorld.Script)] = [
                ("rfc7592", false, usual), ("operator", false, usual), ("rfc7592", false, refused),
                ("rfc7592", false, listing), ("operator", false, listing), ("operator", false, refused),
                ("rfc7592", false, late), ("api", true, late), ("rfc7592", false, fallen), ("operator", false, alone),
                ("api", true, usual), ("api", true, refused), ("api", true, removing), ("api", true, unproven),
                ("operator", mode == .planned, usual), ("operator", mode == .planned, refused),
            ]
            for (driver, overlaps, script) in cases {
                guard let plan = try? RotationPlan.of(3, driver: driver, mode: mode, overlaps: overlaps) else {
                    continue
                }
                scripts.append((plan, script))
            }
        }
        return scripts
    }()

    @Test(arguments: scripts.indices)
    func `ends the same wherever the kill came`(index: Int) async throws {
        let (plan, script) = Self.scripts[index]
        let undisturbed = RotationWorld(plan, script)
        try await undisturbed.open()
        _ = try await undisturbed.runner(parallelism: 1).run(plan.id)
        let expected = try undisturbed.endState()
        #expect(expected.report == .closed)
        #expect(expected.reissued.count == 3 + script.unplanned.count)

        let touches = undisturbed.state.withLock { $0.touches }
        for moment in 3...touches {
            var killed = script
            killed.killAt = [moment]
            let world = RotationWorld(plan, killed)
            try await world.open()
            await #expect(throws: RotationWorld.Killed.self) {
                try await world.runner(parallelism: 1).run(plan.id)
            }
            world.restart()
            let report = try await world.runner(parallelism: 1).run(plan.id)
            #expect(report.state == .closed)
            #expect(try world.endState() == expected, "killed at \(moment) of \(touches)")
            #expect(world.violations == [], "killed at \(moment) of \(touches)")
            // What was made beside the old secret and can't be read again is removed, and another made.
            let requests = world.state.withLock { $0.requestsSent } - undisturbed.state.withLock { $0.requestsSent }
            #expect(plan.overlaps ? (0...1).contains(requests) : requests == 0)
        }
    }

    @Test func `announces a lost request again before it asks again`() async throws {
        let plan = try RotationPlan.of(0)
        let world = RotationWorld(plan)
        try await world.open()
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
