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

    private static let failed = "failed"

    private enum CodingKeys: String, CodingKey {
        case action, subject, outcome, reason, rotation, proofs
    }

    /// A rotation as far as it went, and whether it has left a registration token in force that leaked.
    init(_ step: LeakStep, _ report: RotationReport, keepsRegistrationToken isKept: Bool = false) {
        action = step.action
        subject = step.subject
        outcome = report.state.rawValue
        rotation = report
        status = report.exitStatus
        guard isKept else { return }
        reason = Keeper.registrationTokenRemedy
        // What else is left of the rotation keeps its own status.
        if status == nil || status == .unproven { status = .failed }
    }

    /// A rotation that is open, and goes on when what its API is asked with is replaced.
    init(_ step: LeakStep, _ report: RotationReport, waitingFor first: String) {
        self.init(step, report)
        reason = """
            finish the rotation of \(first) first, since whoever has what the API is asked with reads each new client_secret; then: \
            coffer rotate resume \(report.id)
            """
        status = .awaitsOperator
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
        case .refuted:
            (outcome, status) = ("still_accepted", .failed)
            reason = Self.remedy(step)
        case .unproven: (outcome, status) = ("unproven", .unproven)
        }
    }

    /// What ends something that is out of use here and still accepted.
    private static func remedy(_ step: LeakStep) -> String {
        guard step.field == "client_secret" else {
            return """
                end the account's grant at the provider, then connect it again: coffer connect \(step.subject). Or wait until the token \
                ends by itself.
                """
        }
        // Whoever has it could refresh with it until now, so that the tokens are not to be trusted either.
        return "remove it at the provider, then rotate what is in force now: coffer rotate \(step.subject) --leak"
    }

    /// What did not work, and how far its rotation has come, if it is one that is open.
    init(_ step: LeakStep, _ error: CommandError, _ report: RotationReport? = nil) {
        action = step.action
        subject = step.subject
        outcome = Self.failed
        rotation = report
        reason = error.message
        status = error.status
    }

    /// For people: the rotation's report, or a line and the proofs.
    var text: String {
        if let rotation, outcome != Self.failed {
            return rotation.instructionText + FactSheet([("to do", reason)]).text
        }
        let found = (proofs ?? []).map {
            (
                $0.result == .proven ? "proven" : "not proven",
                "\($0.finding): \(CommandError.clause($0.evidence))" as String?
            )
        }
        return FactSheet([(subject, outcome.replacing("_", with: " ")), ("to do", reason)] + found).text
    }
}
