// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation

// What is asked of where a value comes from: of a person, and, where this machine has set one, of a program.

extension StaticSecretSteps {
    /// What a person is asked to do.
    ///
    /// - Parameters:
    ///   - plan: the rotation.
    ///   - reason: why a program can't do it, where one was to.
    ///   - isFile: whether the value is a file of several lines, which no prompt takes.
    /// - Returns: the request, its text cleaned.
    static func request(
        _ plan: RotationPlan, because reason: String? = nil, isFile: Bool = false
    ) -> OperatorRequest {
        let giving =
            isFile
            ? "Give the new file to Coffer: coffer rotate resume \(plan.id) < FILE" : "Give the new one to Coffer"
        return OperatorRequest(
            title: "make a new value of \(plan.app) where it comes from",
            steps: excuse(reason) + [
                "Open the page that made the present value, or ask whoever gave it to you.",
                plan.overlaps
                    ? "Make a second one there; the present one stays in force until this one is."
                    : "Make a new one there, and end the old one: until then it works for whoever has it.",
                "\(giving); its readers get it from then on.",
            ], link: nil)
    }

    /// What a person is asked to end.
    static func removal(_ plan: RotationPlan, because reason: String? = nil) -> OperatorRequest {
        OperatorRequest(
            title: "end the old value of \(plan.app) where it comes from",
            steps: excuse(reason) + [
                "See that whoever used the old one has read the new one.",
                "End the old one, and see that it is refused.",
            ],
            link: nil)
    }

    private static func excuse(_ reason: String?) -> [String] {
        reason.map { ["Coffer could not do this by itself: \($0)."] } ?? []
    }

    private static let said = "it was told to leave this to a person"

    static func handedOver(_ mayHaveBeenSent: Bool) -> String {
        mayHaveBeenSent ? "\(said). A request before this may have made a new value already: look for one first" : said
    }

    func removeOldSecret(_ plan: RotationPlan, byPerson: Bool) async throws -> SecretRemoval {
        guard try plan.isProgrammed else { return .needsOperator(Self.removal(plan)) }
        guard !byPerson else {
            let reason = "nothing has shown that the new value is accepted, and the old one is known to work"
            return .needsOperator(Self.removal(plan, because: reason))
        }
        guard !byHand else { return .needsOperator(Self.removal(plan, because: Self.said)) }
        let present = try await record(plan)
        guard let old = present.retired else { return .needsOperator(Self.removal(plan)) }
        let driver = try keeper.requiredValueDriver(of: plan.app)
        guard let evidence = try await driver.remove(old, order(present, plan)) else {
            return .needsOperator(Self.removal(plan, because: driver.handsOver))
        }
        return .removed(evidence: evidence)
    }

    func provePendingSecret(_ plan: RotationPlan) async throws -> Proof {
        let present = try await record(plan)
        guard let pending = present.pending, present.pendingRotation == plan.id.description else {
            // Switched before the journal heard of it: what is in force now is what was pending.
            return try await proof("new value", "accepted", present.value, present, plan)
        }
        let proof = try await proof("new value", "accepted", pending, present, plan)
        // Noted before the journal hears of it: a value that was sealed and not refused may be given again.
        try await change(plan, "pending value \(proof.result.rawValue)") { secret in
            guard secret.pending == pending, secret.pendingWasRefused != (proof.result == .refuted) else {
                return false
            }
            secret.pendingWasRefused = proof.result == .refuted
            return true
        }
        return proof
    }

    func proveOldSecretDead(_ plan: RotationPlan) async throws -> Proof {
        let present = try await record(plan)
        var weakest: Proof?
        // Those of abandoned rotations too: any of them may be the one that is known to others.
        for old in [present.retired].compactMap(\.self) + present.unwanted where old != present.value {
            let proof = try await proof("old value", "refused", old, present, plan)
            if proof.result == .refuted { return proof }
            if weakest == nil || proof.result == .unproven { weakest = proof }
        }
        return weakest ?? unproven("old value", "refused")
    }

    /// Asks the program, where the plan has one do it and this machine has it.
    private func proof(
        _ subject: String, _ claim: String, _ candidate: Secret, _ present: StaticSecret, _ plan: RotationPlan
    ) async throws -> Proof {
        guard try plan.isProgrammed, !byHand, let driver = try keeper.valueDriver(of: plan.app) else {
            return unproven(subject, claim)
        }
        let verdict = try await driver.verdict(on: candidate, order(present, plan))
        let result: ProofResult =
            switch verdict {
            case .accepted: claim == "accepted" ? .proven : .refuted
            case .refused: claim == "accepted" ? .refuted : .proven
            case .unknown, .unanswered: .unproven
            }
        return Proof(
            subject: subject, claim: claim, result: result, at: keeper.effects.now(), evidence: verdict.evidence)
    }

    private func unproven(_ subject: String, _ claim: String) -> Proof {
        Proof(
            subject: subject, claim: claim, result: .unproven, at: keeper.effects.now(),
            evidence: "only where it comes from is that known")
    }

    func order(
        _ present: StaticSecret, _ plan: RotationPlan, attempt: Int = 1, mayHaveBeenSent: Bool = false
    ) -> ValueOrder {
        let refused = present.pendingWasRefused ? [present.pending].compactMap(\.self) : []
        return ValueOrder(
            value: present.value, unwanted: refused + present.unwanted.filter { !refused.contains($0) },
            mayHaveBeenSent: mayHaveBeenSent, attempt: attempt, rotation: plan.id)
    }
}

extension RotationPlan {
    /// Whether a program replaces the static secret, and not a person.
    ///
    /// - Throws: `OAuthError` with code `unsupported` for a driver that only a newer program knows.
    var isProgrammed: Bool {
        get throws {
            switch driver {
            case DriverTable.command: return true
            case Self.operatorDriver: return false
            default:
                throw OAuthError(.unsupported, "This version of Coffer has no driver of the rotation's name.")
            }
        }
    }
}
