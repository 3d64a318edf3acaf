// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization
import Testing

/// Random lives of rotations: kills, faults, refusals, people who aren't there, and resuming until it ends.
@Suite struct `Random histories of a rotation` {
    /// How many histories each test lives through.
    static let count = 3000

    @Test(arguments: [0x00C0_FFEE, UInt64.random(in: 0...UInt64.max)])
    func `every history ends closed, with one secret in force and nothing left behind`(seed: UInt64) async throws {
        print("rotation histories: seed \(seed)")
        var seeds = SeededGenerator(seed: seed)
        for number in 0..<Self.count {
            var generator = SeededGenerator(seed: seeds.next())
            let world = try Self.world(&generator)
            let label = "history \(number) of seed \(seed)"
            try await world.runner().open(world.plan)
            let parallelism = Int.random(in: 1...4, using: &generator)
            for _ in 0..<100 {
                world.restart()
                do {
                    let report = try await world.runner(parallelism: parallelism).run(world.plan.id)
                    #expect(report.state != .running, "\(label): neither an end nor a named wait")
                    if report.state == .closed { break }
                } catch is RotationWorld.Killed, is RotationWorld.Fault {
                    continue
                } catch let error as RotationError {
                    // Damaged would be the machine's own fault; a person's bad paste is none.
                    #expect(error.code == .unusableSecret, "\(label): \(error)")
                }
            }
            let end = try world.endState()
            #expect(end.report == .closed, "\(label)")
            #expect(end.onlySecretInForce, "\(label)")
            #expect(end.nothingLeft, "\(label)")
            #expect(!end.isFrozen, "\(label)")
            #expect(world.violations == [], "\(label)")
            try Self.checkRequests(world, label)
            guard end.report == .closed, world.violations.isEmpty else { return }
        }
    }

    /// A second request only after a lost answer or a refusal, and never more requests at the provider than in the journal.
    static func checkRequests(_ world: RotationWorld, _ label: String) throws {
        var attempts: Set<Int> = []
        for event in world.events {
            guard case .secretRequested(let attempt, let mayHaveBeenSent) = event.fact else { continue }
            #expect(mayHaveBeenSent != attempts.insert(attempt).inserted, "\(label)")
        }
        #expect(world.state.withLock { $0.requestsSent } <= attempts.count, "\(label): a secret was made twice")
    }

    /// A world whose troubles are drawn before it begins, so that a seed brings them back.
    static func world(_ generator: inout SeededGenerator) throws -> RotationWorld {
        let driver = Bool.random(using: &generator) ? "operator" : "rfc7592"
        let plan = try RotationPlan.of(Int.random(in: 0...5, using: &generator), driver: driver)
        var script = RotationWorld.Script()
        script.isPresent = Bool.random(using: &generator)
        script.fallsToOperator = Int.random(in: 0..<4, using: &generator) == 0
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            script.isReady.append(Bool.random(using: &generator))
            let pastes: [RotationWorld.Paste] = [.right, .wrong, .malformed, .old, .nothing]
            script.pastes.append(pastes.randomElement(using: &generator) ?? .right)
            let verdicts: [ProofResult] = [.proven, .refuted, .unproven]
            script.pendingVerdicts.append(verdicts.randomElement(using: &generator) ?? .proven)
            script.oldVerdicts.append(verdicts.randomElement(using: &generator) ?? .proven)
        }
        for connection in plan.connections {
            let results: [ReissueResult] = [
                .reissued, .needsPerson(reason: "the grant is gone"), .failed(reason: "503", retryable: true),
                .failed(reason: "nonsense", retryable: false),
            ]
            script.results[connection] = (0..<Int.random(in: 0...2, using: &generator)).compactMap { _ in
                results.randomElement(using: &generator)
            }
        }
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            script.killAt.insert(Int.random(in: 2...120, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            script.failAt.insert(Int.random(in: 3...120, using: &generator))
        }
        // The opening is the keeper's: it is in the journal before any history begins.
        script.killAt.subtract([1, 2])
        return RotationWorld(plan, script)
    }
}
