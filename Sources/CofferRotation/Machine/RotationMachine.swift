// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// The rotation as a pure fold of its journal: events in, the next action out.
///
/// ```
/// leak:    opened -> [listed] -> begun -> the secret -> [removing] -> probing -> reissuing -> closed
/// planned:           begun -> the secret -> reissuing -> [removing] -> probing -> settled -> closed
///
/// the secret: [awaiting operator] -> [frozen] -> [requested] -> pending -> proven -> switched
///                     ^                                |  refuted once |
///                     +--------------------------------+---------------+
/// ```
///
/// Removing is there where two secrets stand side by side; a person may be waited for. An old secret that is still accepted
/// when it should be dead stops the rotation. At the end, before it is closed, what is found that is in no plan and has tokens from
/// before is tried once.
///
/// It refuses every order of events that can't have happened, so that a journal with a row missing or moved is found.
package struct RotationMachine: Sendable {
    /// How often one connection is tried in one run.
    ///
    /// Two: the second after the pause, as long as the token client's
    /// first cool-down (30 s); what fails twice is left to a later run, and keeps the rotation open until then.
    package static let reissueTries = 2

    /// How often a refused pending secret is replaced without a person resuming: once, not for ever.
    static let replacements = 1

    /// What was planned.
    package internal(set) var plan: RotationPlan

    /// The plan's connections, to be looked up.
    var planned: Set<CredentialPath>

    /// What was found at the end that is in no plan and has tokens from before.
    package internal(set) var unplanned: [CredentialPath] = []

    /// The same, to be looked up.
    var others: Set<CredentialPath> = []

    /// Where it stands.
    var phase = Phase.opened

    /// Whether refreshes of the app are stopped.
    package internal(set) var isFrozen = false

    /// What a person was asked for, once a person is needed.
    var request: OperatorRequest?

    /// Why the value before was not good.
    var problem: String?

    /// The number of the secret that is wanted, 1 for the first.
    var attempt = 1

    /// Whether a request for this attempt is in the journal without an answer.
    var lostRequest = false

    /// Whether something has shown that the provider accepts the new secret: its probe, or a reissue where nothing leaked.
    var isShown = false

    /// Whether the provider is asked about the old secret before a person is asked to have removed it.
    var asksBeforeRemoval = false

    /// The client id of the secret that was asked about last, where it is another than the app's.
    package internal(set) var probedClientID: String?

    /// How many refused pending secrets may still be replaced.
    var replacementsLeft = Self.replacements

    /// What became of each connection so far.
    package internal(set) var outcomes: [CredentialPath: Outcome] = [:]

    /// How many connections this run has still to try or to ask about.
    var ahead = 0

    /// How many it leaves to a later one.
    var left = 0

    /// Begins with the journal's first event.
    ///
    /// - Throws: `RotationError` with code `damaged` if that is not the opening.
    package init(_ first: JournalEvent) throws(RotationError) {
        guard case .opened(let plan) = first.fact else {
            throw RotationError(.damaged, "the rotation's journal does not begin with its opening")
        }
        self.plan = plan
        planned = Set(plan.connections)
        ahead = plan.connections.count
        // Where nothing leaked there is nothing to taint.
        if plan.mode == .planned { phase = .begun }
    }

    /// Folds a whole journal.
    ///
    /// - Throws: `RotationError` with code `not_found` for no events, `damaged` for an impossible order.
    package init(folding events: some Sequence<JournalEvent>) throws(RotationError) {
        var iterator = events.makeIterator()
        guard let first = iterator.next() else {
            throw RotationError(.notFound, "there is no such rotation")
        }
        try self.init(first)
        while let event = iterator.next() {
            try apply(event)
        }
    }

    /// Where a rotation stands.
    enum Phase: Sendable, Equatable {
        case opened
        case begun
        case requested
        case pending
        case proven
        case removing
        case awaitingRemoval(OperatorRequest)
        case probing
        case reissuing
        case settled
        case stopped(StopReason)
        case closed
        case abandoned
    }

    /// What became of one connection.
    package struct Outcome: Sendable, Equatable {
        /// How often it was tried.
        package var tries: Int

        /// How often in this run.
        var triesInRun: Int

        /// The last result.
        package var result: ReissueResult

        /// What was found about its tokens; nil before anybody asked.
        package var proofs: [Proof]?
    }
}
