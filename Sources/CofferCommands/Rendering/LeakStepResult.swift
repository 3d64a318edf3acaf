// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferRotation

/// What came of one step of containing a leak.
struct LeakStepResult: Encodable {
    /// What was done.
    let action: LeakStep.Action
    /// To what.
    let subject: String
    /// `closed`, `awaiting_operator`, `stopped`, `running`; `reissued`, `needs_person`; `dead`, `still_accepted`, `unproven`; `failed`.
    let outcome: String
    /// Why it is not done, if it is not.
    var reason: String?
    /// The rotation's report.
    var rotation: RotationReport?
    /// What the provider was asked.
    var proofs: [Proof]?
    /// How the step ends; absent where nothing is left of it.
    var status: ExitStatus?

    private enum CodingKeys: String, CodingKey {
        case action, subject, outcome, reason, rotation, proofs
    }

    /// A rotation as far as it went.
    init(_ step: LeakStep, _ report: RotationReport) {
        action = step.action
        subject = step.subject
        outcome = report.state.rawValue
        rotation = report
        status = report.exitStatus
    }

    /// A connection.
    init(_ step: LeakStep, _ contained: ContainedConnection) {
        action = step.action
        subject = step.subject
        outcome = contained.result.name
        reason = contained.result.reason
        proofs = contained.proofs
        status =
            switch contained.result {
            case .reissued: contained.proofs.allSatisfy { $0.result == .proven } ? nil : .unproven
            case .needsPerson: .needsReauthorization
            case .failed: .failed
            }
    }

    /// What the provider said of something that was out of use here.
    init(_ step: LeakStep, _ proof: Proof) {
        action = step.action
        subject = step.subject
        proofs = [proof]
        switch proof.result {
        case .proven: (outcome, status) = ("dead", nil)
        case .refuted: (outcome, status) = ("still_accepted", .failed)
        case .unproven: (outcome, status) = ("unproven", .unproven)
        }
    }

    /// What did not work.
    init(_ step: LeakStep, _ error: CommandError) {
        action = step.action
        subject = step.subject
        outcome = "failed"
        reason = error.message
        status = error.status
    }

    /// For people: the rotation's report, or a line and the proofs.
    var text: String {
        if let rotation { return rotation.instructionText }
        let found = (proofs ?? []).map {
            (
                $0.result == .proven ? "proven" : "not proven",
                "\($0.finding): \(CommandError.clause($0.evidence))" as String?
            )
        }
        return FactSheet([(subject, outcome.replacing("_", with: " ")), ("to do", reason)] + found).text
    }
}
