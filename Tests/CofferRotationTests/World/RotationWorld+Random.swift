// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

extension RotationWorld {
    /// A world whose troubles are drawn before it begins, so that a seed brings them back; and the rotations for which the
    /// one before is given up on the way, mostly none.
    static func random(_ generator: inout SeededGenerator) throws -> (RotationWorld, others: [RotationPlan]) {
        let driver = ["operator", "rfc7592", "overlapping"].randomElement(using: &generator) ?? "operator"
        let operatorOverlaps = Bool.random(using: &generator)
        let count = Int.random(in: 0...5, using: &generator)
        let plans = try (0...Int.random(in: 0...8, using: &generator) / 4).map { number in
            let mode: RotationMode = Bool.random(using: &generator) ? .leak : .planned
            let overlaps = driver == "overlapping" || driver == "operator" && mode == .planned && operatorOverlaps
            return try RotationPlan.of(
                count, driver: driver, mode: mode, taint: Bool.random(using: &generator) ? .hold : .serve,
                overlaps: overlaps, number: UInt64(number))
        }
        let script = Script.random(plans[0].connections, &generator)
        return (RotationWorld(plans[0], script), Array(plans.dropFirst()))
    }
}

extension RotationWorld.Script {
    /// Draws what goes wrong.
    static func random(_ connections: [CredentialPath], _ generator: inout SeededGenerator) -> Self {
        var script = Self()
        script.listsLater = Bool.random(using: &generator)
        script.isPresent = Bool.random(using: &generator)
        script.fallsToOperator = Int.random(in: 0..<4, using: &generator) == 0
        script.removalFallsToOperator = Int.random(in: 0..<4, using: &generator) == 0
        let verdicts: [ProofResult] = [.proven, .refuted, .unproven]
        let pastes: [RotationWorld.Paste] = [.right, .wrong, .malformed, .old, .nothing]
        let clientIDs: [RotationWorld.ClientIDAnswer] = [.right, .wrong, .malformed, .nothing]
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            script.isReady.append(Bool.random(using: &generator))
            script.hasRemoved.append(Bool.random(using: &generator))
            script.pastes.append(pastes.randomElement(using: &generator) ?? .right)
            script.clientIDs.append(clientIDs.randomElement(using: &generator) ?? .right)
            script.addsAnew.append(Bool.random(using: &generator))
            script.pendingVerdicts.append(verdicts.randomElement(using: &generator) ?? .proven)
            script.oldVerdicts.append(verdicts.randomElement(using: &generator) ?? .proven)
        }
        script.tokenVerdict = verdicts.randomElement(using: &generator) ?? .proven
        script.newSilences = Int.random(in: 0...2, using: &generator)
        script.oldSilences = Int.random(in: 0...2, using: &generator)
        let results: [ReissueResult] = [
            .reissued, .needsPerson(reason: "the grant is gone"), .failed(reason: "503", retryable: true),
            .failed(reason: "nonsense", retryable: false),
        ]
        if Int.random(in: 0..<3, using: &generator) == 0, let late = try? CredentialPath("main/app/late") {
            script.unplanned = [late]
        }
        for connection in connections + script.unplanned {
            script.results[connection] = (0..<Int.random(in: 0...2, using: &generator)).compactMap { _ in
                results.randomElement(using: &generator)
            }
        }
        // The opening is the keeper's: it is in the journal before any history begins.
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            script.killAt.insert(Int.random(in: 3...120, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            script.failAt.insert(Int.random(in: 3...120, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let refreshed = (connections + script.unplanned).randomElement(using: &generator)
            script.refreshAt[Int.random(in: 3...120, using: &generator)] = refreshed
        }
        for _ in 0..<Int.random(in: 0...3, using: &generator) {
            script.companyAt.insert(Int.random(in: 2...30, using: &generator))
        }
        return script
    }
}
