// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Foundation

/// The journal of a rotation that nobody ran.
struct SampleJournal {
    /// What happened so far.
    private(set) var events: [JournalEvent]

    /// Who runs it now.
    var by: String

    private var connections: [CredentialPath]
    private var failed: Set<Int> = []
    private var now = ReportSample.start

    /// Opens it.
    init(_ count: Int, driver: String, taint: TaintStrength, overlaps: Bool = false, by: String = "ada") throws {
        self.by = by
        connections = try (0..<count).map { try CredentialPath("main/crm/account-\($0)") }
        let plan = RotationPlan(
            id: RotationID(random: 0xC0FFEE), app: try CredentialPath("main/crm"), mode: .leak, taint: taint,
            driver: driver, overlaps: overlaps, connections: connections, openedBy: by)
        events = [JournalEvent(at: now, by: by, .opened(plan))]
    }

    /// Something happens some seconds later.
    mutating func add(_ fact: JournalEvent.Fact, after seconds: Double) {
        now += seconds
        events.append(JournalEvent(at: now, by: by, fact))
    }

    /// From the pending secret to its being in force.
    mutating func toSwitched(pace: Double = 1) {
        add(.pendingProbed(proof("new client_secret", "accepted", .proven, "a made-up code was refused")), after: pace)
        add(.switched, after: pace)
    }

    /// From there to what the provider says of the old one.
    mutating func toSwitched(_ old: ProofResult, pace: Double = 1, evidence: String = "invalid_client") {
        toSwitched(pace: pace)
        add(.oldSecretProbed(proof("old client_secret", "refused", old, evidence)), after: pace)
    }

    /// Each connection gets new tokens, or does not.
    mutating func reissue(every seconds: Double, failing: [Int: ReissueResult] = [:]) throws {
        failed = Set(failing.keys)
        for (index, path) in connections.enumerated() {
            add(.reissued(path, failing[index] ?? .reissued), after: seconds)
        }
    }

    /// One of them is tried once more.
    mutating func reissueAgain(_ index: Int, _ result: ReissueResult) {
        add(.reissued(connections[index], result), after: 30)
    }

    /// Each that has new tokens is asked about.
    mutating func prove(every seconds: Double, _ result: ProofResult, _ evidence: String) throws {
        for (index, path) in connections.enumerated() where !failed.contains(index) {
            let proofs = [
                proof("old access token", "refused", result, evidence),
                proof("new access token", "accepted", .proven, "200 from the API"),
            ]
            add(.tokensProbed(path, proofs), after: seconds)
        }
    }

    /// It is over, with what is left of connections that were in no plan.
    mutating func close(after seconds: Double = 2, unplanned: [String] = []) {
        let machine = try? RotationMachine(folding: events)
        add(.closed(openItems: (machine?.openItems ?? []) + unplanned), after: seconds)
    }

    private func proof(_ subject: String, _ claim: String, _ result: ProofResult, _ evidence: String) -> Proof {
        Proof(subject: subject, claim: claim, result: result, at: now, evidence: evidence)
    }
}
