// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Testing

@testable import CofferCommands
@testable import CofferKeeper

/// What is told of a string that was replaced here before it was found.
@Suite struct `What came of asking about a leaked string` {
    private static func result(_ field: String, _ subject: String, _ result: ProofResult) -> LeakStepResult {
        let step = LeakStep(action: .ask, subject: subject, because: "made up", field: field)
        let proof = Proof(
            subject: "leaked \(field)", claim: "refused", result: result, at: Date(timeIntervalSince1970: 0),
            evidence: "made up")
        return LeakStepResult(step, proof)
    }

    @Test func `is what a person does where a secret is still accepted`() {
        let found = Self.result("client_secret", "main/crm", .refuted)
        #expect(found.outcome == "still_accepted" && found.status == .failed)
        #expect(found.reason?.contains("remove it at the provider") == true)
        #expect(found.reason?.hasSuffix("coffer rotate main/crm --leak") == true)
        #expect(found.text.contains("coffer rotate main/crm --leak"))
    }

    @Test func `is what a person does where an access token still works`() {
        let found = Self.result("access_token", "main/crm/acme", .refuted)
        #expect(found.reason?.contains("coffer connect main/crm/acme") == true)
        #expect(found.reason?.contains("coffer rotate") == false)
    }

    @Test(arguments: [ProofResult.proven, .unproven])
    func `is nothing to do where it is dead, or nobody can say`(result: ProofResult) {
        #expect(Self.result("client_secret", "main/crm", result).reason == nil)
    }

    @Test func `is what a person does where a registration token outlived the rotation`() throws {
        let step = LeakStep(action: .rotate, subject: "main/crm", because: "made up", field: "registration_token")
        let closed = try ReportSample.proven.report
        #expect(LeakStepResult(step, closed).reason == nil)
        let kept = LeakStepResult(step, closed, keepsRegistrationToken: true)
        #expect(kept.status == .failed && kept.outcome == "closed")
        #expect(kept.text.contains("Have the provider end or replace the registration token"), "\(kept.text)")
        let waiting = LeakStepResult(step, try ReportSample.waiting.report, keepsRegistrationToken: true)
        #expect(waiting.status == .awaitsOperator && waiting.reason != nil)
    }
}
