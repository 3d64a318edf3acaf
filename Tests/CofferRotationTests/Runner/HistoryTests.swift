// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation
import Synchronization
import Testing

/// Random lives of rotations: kills, faults, refusals, people who aren't there, second thoughts, refreshes meanwhile, a second
/// operator at once, and resuming until it ends.
@Suite struct `Random histories of a rotation` {
    /// How many histories the seeds live through together: `make chaos` has ten times as many.
    static let count = ProcessInfo.processInfo.environment["COFFER_HISTORIES"].flatMap { Int($0) } ?? 10_000

    /// One that stays and one that is drawn; or the one that is to be seen again.
    static let seeds: [UInt64] =
        ProcessInfo.processInfo.environment["COFFER_SEED"].flatMap { UInt64($0) }.map { [$0] }
        ?? [0x00C0_FFEE, UInt64.random(in: 0...UInt64.max)]

    @Test(arguments: seeds)
    func `every history ends closed, with one secret in force and nothing left behind`(seed: UInt64) async throws {
        let count = Self.count / Self.seeds.count
        print("rotation histories: \(count) of seed \(seed)")
        var seeds = SeededGenerator(seed: seed)
        for number in 0..<count {
            var generator = SeededGenerator(seed: seeds.next())
            let (world, others) = try RotationWorld.random(&generator)
            let label = "history \(number) of seed \(seed)"
            try await Self.live(world, others, label, &generator)
            let end = try world.endState()
            #expect(end.report == .closed, "\(label)")
            #expect(end.onlySecretInForce, "\(label)")
            #expect(end.nothingLeft, "\(label)")
            #expect(!end.isFrozen, "\(label)")
            #expect(world.violations == [], "\(label)")
            try Self.checkRequests(world, label)
            guard end.report == .closed, end.nothingLeft, world.violations.isEmpty else { return }
        }
    }

    /// Runs and resumes until the last rotation is closed; others take its place on the way.
    static func live(
        _ world: RotationWorld, _ others: [RotationPlan], _ label: String, _ generator: inout SeededGenerator
    ) async throws {
        var others = others[...]
        try await world.open()
        let parallelism = Int.random(in: 1...4, using: &generator)
        for _ in 0..<100 {
            world.restart()
            // A second operator may have brought it to its end.
            if world.names.last == "closed" { return }
            do {
                let isForced = Int.random(in: 0..<3, using: &generator) == 0
                if isForced || world.isHalfForced, let other = others.first {
                    try await world.force(other)
                    others = others.dropFirst()
                }
                let report = try await world.runner(parallelism: parallelism).run(world.plan.id)
                if report.state == .closed { return }
                #expect(report.state == .stopped || report.awaits != nil, "\(label): neither an end nor a named wait")
                if report.stopReason == .oldSecretAccepted { world.removeOldSecretsByHand() }
            } catch is RotationWorld.Killed, is RotationWorld.Fault {
                continue
            } catch let error as RotationError {
                // Damaged would be the machine's own fault; a person's bad paste is none, nor a provider's silence. Two at once
                // are told so, and nobody else.
                let isTold = error.code == .superseded && world.state.withLock { $0.companions > 0 }
                let isExpected = [.unusableSecret, .unusableClientID, .unanswered].contains(error.code) || isTold
                #expect(isExpected, "\(label): \(error)")
            }
        }
    }

    /// A second request only after a lost answer or a refusal, and never more requests at the provider than in the journals.
    static func checkRequests(_ world: RotationWorld, _ label: String) throws {
        var announced = 0
        for events in world.state.withLock({ $0.abandoned + [$0.events] }) {
            var attempts: Set<Int> = []
            var overlaps = false
            for event in events {
                if case .opened(let plan) = event.fact { overlaps = plan.overlaps }
                guard case .secretRequested(let attempt, let mayHaveBeenSent) = event.fact else { continue }
                let isFirst = attempts.insert(attempt).inserted
                #expect(mayHaveBeenSent != isFirst, "\(label)")
                // Beside the old one a lost secret can be removed and not read again: another is made in its place.
                if isFirst || overlaps { announced += 1 }
            }
        }
        #expect(world.state.withLock { $0.requestsSent } <= announced, "\(label): a secret was made twice")
    }
}
