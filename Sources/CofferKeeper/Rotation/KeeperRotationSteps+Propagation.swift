// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth
import CofferRotation

extension KeeperRotationSteps {
    /// How long is waited at least between two questions while a change spreads at the provider: each is a request.
    private static let probePause = Duration.seconds(5)

    /// Into how many parts the provider's time is divided at most: each ends with a question.
    private static let probeCount = 12

    /// How often one question is asked to which no answer comes, before the rotation is left waiting: every loop ends.
    private static let questionTries = 3

    /// How long is waited before such a question is asked again.
    private static let questionPause = RotationRunner.retryPause

    /// Asks until the answer is the one that the change must bring, or until the provider's time for it is over.
    ///
    /// - Parameters:
    ///   - left: what is left of the provider's time; what is waited is taken from it.
    ///   - waitsUnasked: whether the time is waited out where nothing can be asked, since what comes next needs the change.
    ///   - confirms: whether what the change must bring is asked for once more when the time is over: one node's answer is not
    ///     that of the others.
    ///   - ask: asks the provider once.
    /// - Returns: the last answer.
    /// - Throws: what hinders the question; `CancellationError`.
    func settled(
        within left: inout Duration, waitsUnasked: Bool, confirms: Bool, _ ask: () async throws -> Proof
    ) async throws -> Proof {
        let pause = max(Self.probePause, left / Self.probeCount)
        var proof = try await ask()
        while left > .zero, proof.result == .refuted || (waitsUnasked && proof.result == .unproven) {
            try await keeper.effects.clock.sleep(for: pause)
            left -= pause
            if proof.result == .refuted { proof = try await ask() }
        }
        guard confirms, proof.result == .proven, left > .zero else { return proof }
        try await keeper.effects.clock.sleep(for: left)
        left = .zero
        return try await ask()
    }

    /// Asks what the provider says of a secret; in a rotation again, after a pause, where no answer comes.
    ///
    /// No answer is not *unproven*, which stops no rotation: on that a mistyped secret would go into force. A person may say
    /// that there will be none.
    ///
    /// - Parameters:
    ///   - candidate: the app with that secret.
    ///   - subject: what the secret is called.
    ///   - plan: the rotation that waits for an answer; nil where nothing does.
    /// - Returns: the verdict.
    /// - Throws: `RotationError` with code `unanswered` if the rotation has to wait for longer; what hinders the question;
    ///   `CancellationError`.
    func answer(
        about candidate: ClientRegistration, _ subject: String, _ plan: RotationPlan?
    ) async throws -> ProbeVerdict {
        var tries = 0
        while true {
            let verdict = try await ask(candidate, tries)
            guard let plan, case .unanswered(let evidence) = verdict else { return verdict }
            try Task.checkCancellation()
            tries += 1
            guard tries < Self.questionTries else {
                if withoutAnswers { return .unknown(evidence: evidence) }
                throw RotationError(
                    .unanswered,
                    """
                    nobody answered whether the \(subject) of \(plan.app) is in force, and the rotation waits; go on later \
                    with coffer rotate resume \(plan.id), or without the answer, if there will never be one, with \
                    --without-answers: \(evidence)
                    """)
            }
            try await keeper.effects.clock.sleep(for: Self.questionPause)
        }
    }
}
