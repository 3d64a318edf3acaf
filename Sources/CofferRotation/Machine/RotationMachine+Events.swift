// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension RotationMachine {
    /// Takes one more event.
    ///
    /// - Throws: `RotationError` with code `damaged` if it can't have happened now; the machine is then unchanged.
    package mutating func apply(_ event: JournalEvent) throws(RotationError) {
        switch (event.fact, phase) {
        case (.listed(let found), .opened) where !plan.isListed:
            plan.list(found)
            planned = Set(plan.connections)
            ahead = plan.connections.count
        case (.tainted, .opened) where plan.isListed:
            phase = .begun
        case (.frozen, .begun) where plan.freezes && !isFrozen && (request != nil || !plan.startsWithOperator):
            isFrozen = true
        case (.awaitingOperator(let asked), .begun) where request == nil && plan.startsWithOperator,
            (.awaitingOperator(let asked), .requested):
            request = asked
            lostRequest = false
            phase = .begun
        case (.secretRequested(attempt, lostRequest), .begun) where isReady && request == nil:
            phase = .requested
        case (.pendingSealed, .requested),
            (.pendingSealed, .begun) where isReady && request != nil:
            phase = .pending
        case (.pendingProbed(let proof), .pending):
            judgePending(proof)
        case (.switched, .proven):
            isFrozen = false
            phase = plan.mode == .planned ? .reissuing : plan.overlaps ? .removing : .probing
        case (.oldSecretRemoved, .removing), (.oldSecretRemoved, .awaitingRemoval),
            (.oldSecretRemoved, .reissuing) where isReadyForRemoval && isShown:
            phase = .probing
        case (.awaitingRemoval(let asked), .removing),
            (.awaitingRemoval(let asked), .reissuing) where isReadyForRemoval:
            phase = .awaitingRemoval(asked)
        case (.oldSecretProbed(let proof), .awaitingRemoval) where asksBeforeRemoval:
            judgeRemoval(proof)
        case (.oldSecretProbed(let proof), .probing),
            (.oldSecretProbed(let proof), .reissuing) where plan.mode == .planned && !plan.overlaps && isTried:
            probedClientID = proof.clientID
            phase = proof.result == .refuted ? .stopped(.oldSecretAccepted) : afterOldSecret
        case (.reissued(let connection, let result), .reissuing) where isDue(connection),
            (.reissued(let connection, let result), .settled) where others.contains(connection) && isDue(connection):
            let before = outcomes[connection]
            note(
                Outcome(
                    tries: (before?.tries ?? 0) + 1, triesInRun: (before?.triesInRun ?? 0) + 1,
                    result: result.cleaned, proofs: nil), of: connection)
            // What was refreshed was refreshed with the new secret.
            if plan.mode == .planned, result == .reissued { isShown = true }
        case (.tokensProbed(let connection, let proofs), .reissuing)
        where plan.mode == .leak && isUnproven(connection),
            (.leftTokensProbed(let connection, let proofs), .reissuing)
        where plan.mode == .leak && isUnasked(connection):
            guard var outcome = outcomes[connection] else { break }
            outcome.proofs = proofs
            note(outcome, of: connection)
        case (.unplannedListed(let found), .settled) where isNews(found),
            (.unplannedListed(let found), .reissuing) where isThrough && isNews(found):
            unplanned += found
            others.formUnion(found)
        // Journals from before what is left as it is was asked about are closed without that.
        case (.closed, .settled) where hasTriedOthers,
            (.closed, .reissuing) where isThrough && hasTriedOthers:
            phase = .closed
        case (.abandoned, _) where !isOver:
            // Whoever takes over has the freeze too.
            isFrozen = false
            phase = .abandoned
        case (.resumed, _) where !isOver:
            resume()
        default:
            throw RotationError(.damaged, "the rotation's journal is out of order at \"\(event.fact.name)\"")
        }
    }

    /// Whether the new secret may be asked for: where refreshes have to wait for it, they do.
    private var isReady: Bool { isFrozen || !plan.freezes }

    /// Whether every connection has been tried; walks through all of them.
    private var isTried: Bool { plan.connections.allSatisfy { outcomes[$0] != nil } }

    /// Whether after a leak every connection has been tried, and the tokens asked about of what was reissued.
    private var isThrough: Bool { plan.mode == .leak && isTried && !plan.connections.contains(where: isUnproven) }

    /// Whether the old secret goes next where nothing leaked.
    private var isReadyForRemoval: Bool { plan.mode == .planned && plan.overlaps && isTried }

    /// What follows once the old secret is dead, or nobody can say.
    private var afterOldSecret: Phase { plan.mode == .planned ? .settled : .reissuing }

    /// A refused pending secret is replaced once; an answer that tells nothing does not stop a rotation:
    /// where nothing leaked, the first reissue tells.
    private mutating func judgePending(_ proof: Proof) {
        probedClientID = proof.clientID
        guard proof.result == .refuted else {
            isShown = proof.result == .proven
            phase = .proven
            return
        }
        guard replacementsLeft > 0 else {
            phase = .stopped(.newSecretRefused)
            return
        }
        replacementsLeft -= 1
        attempt += 1
        lostRequest = false
        problem = "the provider refused that value: \(proof.evidence)"
        phase = .begun
    }

    /// Somebody may have removed the old secret since it was asked for; else it is asked for again.
    ///
    /// Where nothing leaked, what has no new tokens is tried again first: it may have been mended meanwhile, and one that
    /// works shows that the new secret does.
    private mutating func judgeRemoval(_ proof: Proof) {
        asksBeforeRemoval = false
        if proof.result == .proven {
            phase = afterOldSecret
        } else if plan.mode == .planned {
            outcomes = outcomes.filter { $0.value.result == .reissued }
            recount()
            phase = .reissuing
        } else {
            phase = .removing
        }
    }

    /// A new run begins: a request without an answer is lost, a stop is asked again.
    private mutating func resume() {
        switch phase {
        case .requested:
            lostRequest = true
            phase = .begun
        case .awaitingRemoval:
            asksBeforeRemoval = true
        case .reissuing:
            // What failed for a reason that passes by itself is tried anew.
            for connection in plan.connections { outcomes[connection]?.triesInRun = 0 }
            recount()
        case .stopped(.oldSecretAccepted):
            phase = .probing
        case .stopped(.newSecretRefused):
            // The pending secret is asked about first: the provider may only have been slow to learn of it.
            replacementsLeft = Self.replacements
            phase = .pending
        default:
            break
        }
    }

    /// Whether a connection still wants tokens.
    ///
    /// The limit of tries is not looked at: a journal stays valid when it changes.
    func isDue(_ connection: CredentialPath) -> Bool {
        guard let outcome = outcomes[connection] else { return knows(connection) }
        return outcome.result.mayWorkLater && planned.contains(connection)
    }

    /// Whether a connection has new tokens and nobody has asked about the old ones.
    func isUnproven(_ connection: CredentialPath) -> Bool {
        guard let outcome = outcomes[connection] else { return false }
        return outcome.result == .reissued && outcome.proofs == nil
    }

    /// Whether a connection is left as it is and nobody has asked about its old token: it needs a person, or failed and is tried no more.
    func isUnasked(_ connection: CredentialPath) -> Bool {
        guard let outcome = outcomes[connection], outcome.proofs == nil else { return false }
        return outcome.result != .reissued && !isDue(connection)
    }

    // MARK: - Counts

    // Ten thousand connections are not walked through at each event.

    private mutating func note(_ outcome: Outcome, of connection: CredentialPath) {
        // What is in no plan is tried once and keeps nothing open.
        let isCounted = planned.contains(connection)
        if isCounted { count(outcomes[connection], -1) }
        outcomes[connection] = outcome
        if isCounted { count(outcome, 1) }
    }

    private mutating func recount() {
        (ahead, left) = (0, 0)
        for connection in plan.connections { count(outcomes[connection], 1) }
    }

    private mutating func count(_ outcome: Outcome?, _ step: Int) {
        guard let outcome else {
            ahead += step
            return
        }
        if outcome.result.mayWorkLater {
            if outcome.triesInRun < Self.reissueTries { ahead += step } else { left += step }
        } else if plan.mode == .leak, outcome.proofs == nil {
            ahead += step
        }
    }
}
