// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a rotation has done, found and left: the fold of its journal for people and scripts.
///
/// All text that may quote a provider or a person is cleaned of control characters here, once, for every rendering.
package struct RotationReport: Sendable {
    /// The rotation's id.
    package let id: RotationID

    /// The app, or the static secret.
    package let app: CredentialPath

    /// Which of them.
    package let subject: RotationSubject

    /// Leak or planned.
    package let mode: RotationMode

    /// Where it is.
    package let state: RotationState

    /// Why it is stopped, if it is.
    package let stopReason: StopReason?

    /// What a person is waited for with, if one is.
    package let awaits: OperatorRequest?

    /// Whether what a person is waited for with is the removal of the old secret.
    package let awaitsRemoval: Bool

    /// Whether refreshes of the app are stopped.
    package let isFrozen: Bool

    /// What readers get until their connection is reissued; absent where nothing leaked.
    package let taint: TaintStrength?

    /// What replaces the secret.
    package let driver: String

    /// Who began it.
    package let openedBy: String

    /// When it began.
    package let openedAt: Date

    /// Who ran it last: whoever it waits for, as far as is known here.
    package let lastRunBy: String

    /// When the taint was in force, which is with the first event; nil for a planned rotation.
    package private(set) var taintedAt: Date?

    /// When the new secret was in force.
    package private(set) var switchedAt: Date?

    /// What the provider said last when it was asked about the old secret.
    package private(set) var oldSecretProof: Proof?

    /// When the old secret was proven dead; nil where it could not be proven.
    package private(set) var oldSecretDeadAt: Date?

    /// When the last connection got new tokens; nil while one is left to try, or none got any.
    package private(set) var reissuedAt: Date?

    /// When it was closed.
    package private(set) var closedAt: Date?

    /// What happened, in order; the connections are summed up.
    package private(set) var steps: [ReportedStep] = []

    /// What became of each connection, in the plan's order.
    package private(set) var connections: [ReportedConnection]

    /// The last proof of each claim.
    package private(set) var proofs: [ReportedProof] = []

    /// Who ran it, and what each did.
    package let people: [ReportedPerson]

    /// What is left for a person.
    package private(set) var openItems: [String]

    /// What became of connections that were in no plan, those that were made while it was being opened, or found later; of old journals
    /// only those that something is left of.
    package private(set) var unplanned: [ReportedConnection]

    /// How many of the open items are of such connections.
    package private(set) var unplannedItemCount = 0

    /// Which bundles still hold something from before; nil where nobody looked.
    package var bundles: BundleSurvey?

    /// That it was a drill; nil for what was in earnest.
    package var drill: DrillMark?

    /// Folds a journal.
    ///
    /// - Throws: `RotationError` with code `not_found` for no events, `damaged` for an impossible order.
    package init(events: [JournalEvent]) throws(RotationError) {
        let machine = try RotationMachine(folding: events)
        let plan = machine.plan
        id = plan.id
        app = plan.app
        subject = plan.subject
        mode = plan.mode
        stopReason = machine.stopReason
        awaits = machine.awaits
        awaitsRemoval = machine.awaitsRemoval
        isFrozen = machine.isFrozen
        state =
            if machine.isClosed {
                .closed
            } else if machine.isAbandoned {
                .abandoned
            } else if stopReason != nil {
                .stopped
            } else if awaits != nil {
                .awaitingOperator
            } else {
                .running
            }
        taint = plan.taint
        driver = DisplayText.clean(plan.driver)
        openedBy = plan.openedBy
        openedAt = events.first?.at ?? .distantPast
        lastRunBy = events.last?.by ?? plan.openedBy
        connections = plan.connections.map {
            ReportedConnection(path: $0, outcome: machine.outcomes[$0], isClosed: machine.isOver)
        }
        // Tried once, so that nothing of them is left to be tried again.
        unplanned = machine.unplanned.map {
            ReportedConnection(path: $0, outcome: machine.outcomes[$0], isClosed: true)
        }
        people = ReportedPerson.all(in: events)
        openItems = machine.isAbandoned ? [] : machine.openItems
        if let stopReason {
            openItems.insert(stopReason.advice(of: plan.subject, clientID: machine.probedClientID), at: 0)
        }
        if let awaits { openItems.insert("waits for an operator: \(awaits.title)", at: 0) }
        var index = Index(connections, unplanned, plannedItems: machine.plannedItems)
        for event in events {
            fold(event, &index)
        }
        if (connections + unplanned).contains(where: { $0.outcome == .pending }) { reissuedAt = nil }
    }

    /// Whether it is closed with something that nobody could prove, or that proved to be otherwise: exit status 83.
    ///
    /// A connection that was not reissued counts: its old tokens live. So it is with one that was in no plan.
    package var closedUnproven: Bool {
        guard state == .closed else { return false }
        return !openItems.isEmpty || proofs.contains { $0.proof.result != .proven }
            || connections.contains { $0.outcome != .reissued || $0.tokens == .unproven }
    }

    /// What is left to a person who logs in again, also of what was in no plan.
    package var connectionsOfPersons: [ReportedConnection] {
        (connections + unplanned).filter { $0.outcome == .needsPerson }
    }

    /// Where the links are by which accounts log in again; nil where none has to, and in a drill.
    package var loginAdvice: String? {
        guard drill == nil, !connectionsOfPersons.isEmpty else { return nil }
        return "Links to log in again, for whoever owns the accounts: coffer rotate links \(id)"
    }

    /// What goes on once a person has the new secret; with the client id where the provider gives another one.
    package var resumeCommand: String {
        "coffer rotate resume \(id)" + (awaits?.changesClientID == true ? " --client-id NEW-ID" : "")
    }

    // MARK: - Folding

    /// Where things are in the lists, so that ten thousand connections take no quadratic time.
    private struct Index {
        var connections: [CredentialPath: Int]
        var unplanned: [CredentialPath: Int]
        var plannedItems: Set<String>
        var proofs: [ReportedProof.Claim: Int] = [:]

        init(_ connections: [ReportedConnection], _ unplanned: [ReportedConnection], plannedItems: [String]) {
            self.connections = Self.places(of: connections)
            self.unplanned = Self.places(of: unplanned)
            self.plannedItems = Set(plannedItems.map { DisplayText.clean($0) })
        }

        private static func places(of connections: [ReportedConnection]) -> [CredentialPath: Int] {
            Dictionary(
                connections.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private mutating func fold(_ event: JournalEvent, _ index: inout Index) {
        var detail: String?
        switch event.fact {
        // One commit, so that a kill before the run says so makes it no later.
        case .opened: taintedAt = mode == .leak ? event.at : nil
        case .resumed: break
        case .switched: switchedAt = event.at
        case .frozen: detail = "refreshes of the app wait"
        case .listed(let found): detail = ReportWords.count(found.count, "connection", "connections")
        case .tainted: detail = ReportWords.taint(taint)
        case .awaitingOperator(let request): detail = request.title
        case .secretRequested(let attempt, let mayHaveBeenSent):
            detail = "attempt \(attempt)" + (mayHaveBeenSent ? ", after a request without an answer" : "")
        case .pendingSealed(let evidence): detail = evidence
        case .pendingProbed(let proof): detail = add(proof, of: nil, &index)
        case .oldSecretRemoved(let evidence): detail = evidence
        case .awaitingRemoval(let request): detail = request.title
        case .oldSecretProbed(let proof):
            detail = add(proof, of: nil, &index)
            oldSecretProof = proof
            if proof.result == .proven { oldSecretDeadAt = proof.at }
        case .reissued(let connection, let result):
            if let place = index.connections[connection] { connections[place].handledAt = event.at }
            if let place = index.unplanned[connection] { unplanned[place].handledAt = event.at }
            foldReissue(result, event)
            if result == .reissued { showNewSecret(by: connection, event) }
            return
        case .tokensProbed(let connection, let found), .leftTokensProbed(let connection, let found):
            for proof in found { _ = add(proof, of: connection, &index) }
            sumUp(event) { $0 == 1 ? "1 connection asked about" : "\($0) connections asked about" }
            return
        case .unplannedListed(let found):
            detail = ReportWords.count(
                found.count, "connection that was in no plan", "connections that were in no plan")
        case .closed(let items):
            closedAt = event.at
            openItems = items.map(DisplayText.clean)
            let others = openItems.filter { !index.plannedItems.contains($0) }
            unplannedItemCount = others.count
            if unplanned.isEmpty { unplanned = ReportedConnection.unplanned(in: others, at: event.at) }
            detail = items.isEmpty ? "nothing left to do" : "left for a person: \(items.count)"
        case .abandoned(let reason): detail = reason
        }
        steps.append(ReportedStep(event, detail: detail.map(DisplayText.clean)))
    }

    /// A retried connection counts once, when it has tokens.
    private mutating func foldReissue(_ result: ReissueResult, _ event: JournalEvent) {
        guard result == .reissued else { return }
        reissuedAt = event.at
        let all = connections.count + unplanned.count
        sumUp(event) { "\($0) of \(all) connections" }
    }

    /// A refresh with the new secret tells what its probe could not.
    ///
    /// Where nothing leaked: after a leak a connection may count as reissued that was refreshed by nobody.
    private mutating func showNewSecret(by connection: CredentialPath, _ event: JournalEvent) {
        guard mode == .planned,
            let place = proofs.firstIndex(where: { $0.connection == nil && $0.proof.claim == "accepted" }),
            proofs[place].proof.result == .unproven
        else { return }
        let proof = Proof(
            subject: proofs[place].proof.subject, claim: "accepted", result: .proven, at: event.at,
            evidence: "\(connection) was refreshed with it")
        proofs[place] = ReportedProof(proof: proof, connection: nil)
    }

    /// Keeps one row for what happens to many connections, at the time of the last: thousands of rows tell nobody anything.
    private mutating func sumUp(_ event: JournalEvent, _ detail: (Int) -> String) {
        var count = 1
        if let index = steps.firstIndex(where: { $0.step == event.fact.name }) {
            count += steps.remove(at: index).count
        }
        steps.append(ReportedStep(event, detail: detail(count), count: count))
    }

    /// Keeps the last proof of each claim; the ones before are in the steps.
    private mutating func add(_ proof: Proof, of connection: CredentialPath?, _ index: inout Index) -> String {
        let reported = ReportedProof(proof: proof, connection: connection)
        if let place = index.proofs[reported.question] {
            proofs[place] = reported
        } else {
            index.proofs[reported.question] = proofs.count
            proofs.append(reported)
        }
        return "\(proof.finding) (\(proof.evidence))"
    }
}
