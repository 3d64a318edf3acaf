// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One run of one rotation in this process: the journal as read, and the place to append at.
struct RotationRun {
    /// How often a person may paste an unusable value before the run ends: every loop ends.
    static let operatorTries = 5

    let id: RotationID
    let journal: any RotationJournal
    let steps: any RotationSteps
    let person: any RotationOperator
    let name: String
    let parallelism: Int
    let effects: RotationEffects

    /// The journal so far.
    private(set) var events: [JournalEvent]

    /// The fold of the journal.
    private(set) var machine: RotationMachine

    /// Reads the journal.
    init(
        id: RotationID, journal: any RotationJournal, steps: any RotationSteps, person: any RotationOperator,
        name: String, parallelism: Int, effects: RotationEffects
    ) async throws {
        self.id = id
        self.journal = journal
        self.steps = steps
        self.person = person
        self.name = name
        self.parallelism = parallelism
        self.effects = effects
        events = try await journal.events(of: id)
        machine = try RotationMachine(folding: events)
        guard machine.plan.id == id else {
            throw RotationError(.damaged, "the rotation's journal belongs to another rotation")
        }
    }

    /// Performs actions until there is nothing to do without a person.
    mutating func untilItRests() async throws {
        if machine.isOver { return }
        // The claim: two that resume at once meet at this index, and a run thought dead that still lives is told at its
        // next append. A fresh rotation has its first event as the claim: the list or the taint, or where nothing leaked what comes
        // before anything is sent.
        if events.count > 1 { try await record(.resumed) }
        var goesOn = true
        while goesOn {
            // Between an effect and its event there is no such check: what was done is written down if it can be.
            try Task.checkCancellation()
            goesOn = try await perform(machine.next())
        }
    }

    /// Appends one event, durable on return, and folds it.
    mutating func record(_ fact: JournalEvent.Fact) async throws {
        let event = JournalEvent(at: effects.now(), by: name, fact)
        // In place: a copy for each of ten thousand connections would be quadratic. Nothing is decided by the machine any more
        // after an append that failed.
        try machine.apply(event)
        do {
            try await journal.append(event, to: id, at: events.count)
        } catch let error as RotationError where error.code == .superseded {
            throw superseded
        }
        events.append(event)
        effects.progress(
            .recorded(event, done: machine.outcomes.count, of: machine.plan.connections.count + machine.unplanned.count)
        )
    }

    /// Looks whether the rotation is still this run's; called after each long wait, before the effect that follows it.
    ///
    /// The append would tell as well, but only after a pasted secret was sealed over another operator's work.
    func confirmClaim() async throws {
        guard try await journal.events(of: id).count == events.count else { throw superseded }
    }

    private var superseded: RotationError {
        RotationError(
            .superseded, "another operator is running rotation \(id) of \(machine.plan.app); this run has stopped")
    }

    /// Performs one action; false when the run rests.
    private mutating func perform(_ action: RotationAction) async throws -> Bool {
        let plan = machine.plan
        effects.progress(.beginning(action))
        switch action {
        case .list:
            // From here on nothing new is begun to be connected to the app.
            try await steps.taint(plan)
            try await record(.listed(steps.connections(plan)))
        case .taint:
            try await steps.taint(plan)
            try await record(.tainted)
        case .describeReplacement:
            guard
                case .needsOperator(let request) = try await steps.replaceSecret(
                    plan, attempt: 1, mayHaveBeenSent: false)
            else { throw RotationError(.damaged, "the operator driver gave a secret instead of instructions") }
            try await record(.awaitingOperator(request))
        case .freeze(let request):
            return try await freeze(request)
        case .requestSecret(let attempt, let mayHaveBeenSent):
            try await record(.secretRequested(attempt: attempt, mayHaveBeenSent: mayHaveBeenSent))
        case .replaceSecret(let attempt, let mayHaveBeenSent):
            switch try await steps.replaceSecret(plan, attempt: attempt, mayHaveBeenSent: mayHaveBeenSent) {
            case .pendingSealed(let evidence):
                try await record(.pendingSealed(evidence: DisplayText.clean(evidence)))
            case .needsOperator(let request): try await record(.awaitingOperator(request))
            }
        case .askOperator(let request, let problem):
            return try await ask(request, problem: problem)
        case .provePendingSecret:
            try await record(.pendingProbed(try await steps.provePendingSecret(plan)))
        case .switchSecret:
            try await steps.switchSecret(plan)
            try await record(.switched)
        case .removeOldSecret(let byPerson):
            switch try await steps.removeOldSecret(plan, byPerson: byPerson) {
            case .removed(let evidence):
                try await record(.oldSecretRemoved(evidence: DisplayText.clean(evidence)))
            case .needsOperator(let request): try await record(.awaitingRemoval(request))
            }
        case .askRemoved(let request):
            return try await askRemoved(request)
        case .proveOldSecretDead:
            try await record(.oldSecretProbed(try await steps.proveOldSecretDead(plan)))
        case .reissue(let connections, let isRetry):
            if isRetry {
                try await effects.pause(RotationRunner.retryPause)
                try await confirmClaim()
            }
            try await reissue(connections)
        case .proveTokens(let connections):
            try await proveTokens(connections)
        case .proveLeft(let connections):
            try await proveLeft(connections)
        case .close(let openItems):
            // Written down before anything is done to them: after a kill nothing else tells those that have new tokens by then.
            let found = try await steps.unplanned(plan).filter { !machine.knows($0) }
            guard found.isEmpty else {
                try await record(.unplannedListed(found))
                return true
            }
            try await steps.close(plan, openItems: openItems)
            try await record(.closed(openItems: openItems))
        case .stop, .finish:
            return false
        }
        return true
    }
}
