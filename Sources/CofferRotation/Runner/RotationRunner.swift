// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Carries a rotation on from wherever its journal says it is, until it is closed, stopped or waits for a person.
///
/// Every action is performed first and journalled after, except the request for a secret, which is journalled before it
/// is sent. A kill at any moment therefore repeats at most one idempotent step, and cancellation is no different from a kill.
package struct RotationRunner: Sendable {
    /// How many connections are reissued at once when nobody says otherwise; each waits for the provider's rate limit anyway.
    package static let defaultParallelism = 4

    /// The wait before failed connections are tried again: the token client's first cool-down (contracts, Defaults: 30 s).
    package static let retryPause = Duration.seconds(30)

    private let journal: any RotationJournal
    private let steps: any RotationSteps
    private let person: any RotationOperator
    private let name: String
    private let parallelism: Int
    private let effects: RotationEffects

    /// Makes a runner.
    ///
    /// - Parameters:
    ///   - journal: where events are kept.
    ///   - steps: what each step does.
    ///   - person: whoever sits there, or nobody.
    ///   - name: who runs it, for the journal.
    ///   - parallelism: how many connections are reissued at once, at least 1.
    ///   - effects: time, pauses and whoever watches.
    package init(
        journal: any RotationJournal, steps: any RotationSteps, operator person: any RotationOperator, name: String,
        parallelism: Int = Self.defaultParallelism, effects: RotationEffects
    ) {
        self.journal = journal
        self.steps = steps
        self.person = person
        self.name = name
        self.parallelism = max(1, parallelism)
        self.effects = effects
    }

    /// Writes the plan as the journal's first event; changes nothing else.
    ///
    /// - Throws: `RotationError` with code `superseded` if the id is taken; the journal's own errors.
    package func open(_ plan: RotationPlan) async throws {
        try await journal.append(JournalEvent(at: effects.now(), by: name, .opened(plan)), to: plan.id, at: 0)
    }

    /// Runs or resumes a rotation.
    ///
    /// - Returns: the report as it stands: closed, stopped, or waiting for an operator.
    /// - Throws: `RotationError` with code `superseded` when another operator runs it, `unusable_secret` or
    ///   `unusable_client_id` when what was given can't be that, `unanswered` when the provider says nothing about a secret now, `not_found`,
    ///   `damaged`; `CancellationError`; whatever a step throws. The rotation then stays open and is resumed by calling
    ///   this again.
    package func run(_ id: RotationID) async throws -> RotationReport {
        var run = try await RotationRun(
            id: id, journal: journal, steps: steps, person: person, name: name, parallelism: parallelism,
            effects: effects)
        try await run.untilItRests()
        return try RotationReport(events: run.events)
    }
}
