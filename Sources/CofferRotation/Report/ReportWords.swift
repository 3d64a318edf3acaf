// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The words of reports, for the text and for the page alike: one thing has one name in both.
package enum ReportWords {
    // MARK: - The whole

    /// Where a rotation is: the state, and what more there is to say of it.
    package static func standing(_ report: RotationReport) -> (state: String, remark: String?) {
        switch report.state {
        case .closed: ("closed", report.closedUnproven ? "with something unproven" : "everything proven")
        case .awaitingOperator: ("waits for an operator", nil)
        case .stopped: ("stopped", nil)
        case .abandoned: ("abandoned", "for another rotation")
        case .running where report.drill != nil: ("not finished", nil)
        case .running: ("running", "or interrupted: go on with coffer rotate resume \(report.id)")
        }
    }

    /// Why the secret is replaced.
    package static func mode(_ mode: RotationMode) -> String {
        switch mode {
        case .leak: "leak"
        case .planned: "planned"
        }
    }

    /// What readers get of tokens from before; nothing else than ever where nothing leaked.
    package static func taint(_ taint: TaintStrength?) -> String {
        switch taint {
        case .hold: "old tokens are held back"
        case .serve: "old tokens are handed out, marked"
        case nil: "tokens are handed out as ever"
        }
    }

    /// How far a leak is contained, one clause.
    package static func containment(_ containment: Containment, of report: RotationReport) -> String {
        let doubts = containment.doubts.joined(separator: "; ")
        guard let at = containment.at else { return "not contained: \(doubts)" }
        let span = Timestamp.elapsed(from: report.openedAt, to: at)
        return doubts.isEmpty ? "contained after \(span)" : "contained after \(span), as far as is known: \(doubts)"
    }

    /// A milestone.
    package static func milestone(_ kind: ReportedMilestone.Kind) -> String {
        switch kind {
        case .opened: "leak reported"
        case .tainted: "tainted"
        case .switched: "new secret in force"
        case .oldSecretDead: "old secret dead"
        case .reissued: "last token reissued"
        case .closed: "closed"
        }
    }

    /// What a rotation stands still for, if it does.
    package static func wait(_ report: RotationReport) -> String? {
        let secret = report.subject == .value ? "value" : "client_secret"
        return switch (report.state, report.stopReason) {
        case (.awaitingOperator, _): report.awaitsRemoval ? "the end of the old \(secret)" : "a new \(secret)"
        case (_, .oldSecretAccepted): "the old \(secret) is still accepted"
        case (_, .newSecretRefused): "the new \(secret) was refused"
        case (_, .connectionsLeft): "connections that got no new tokens yet"
        default: nil
        }
    }

    /// What happens with the new secret once it is given.
    package static func whatFollows(_ report: RotationReport) -> String {
        switch report.subject {
        case .clientSecret where report.awaits?.changesClientID == true:
            "It is compared with the old one and sealed with the client id, tried where the provider can be asked, and both are "
                + "put in force; then the accounts are connected again, each by a person."
        case .clientSecret:
            "It is compared with the old one and sealed, tried where the provider can be asked, and put in force; then "
                + count(report.connections.count, "connection gets", "connections get") + " new tokens."
        case .value:
            "It is compared with the old one and sealed, then put in force: whoever reads it gets it from then on."
        }
    }

    /// What a person does who can't go on.
    package static let ifItGoesWrong = """
        Nothing is lost by a closed terminal, Ctrl-C or a wrong value: that command goes on, also on another machine and for \
        another operator.
        """

    // MARK: - Steps

    /// What a step is called; one without words of its own goes by its name in the journal.
    package static func step(_ name: String) -> String {
        switch name {
        case "pending_sealed": "new secret sealed"
        case "pending_probed": "new secret tried"
        case "switched": "new secret in force"
        case "old_secret_probed": "old secret tried"
        case "tokens_probed": "tokens tried"
        case "left_tokens_probed": "left tokens tried"
        case "unplanned_listed": "others found"
        default: name.replacing("_", with: " ")
        }
    }

    /// What somebody did, and how often.
    package static func deed(_ deed: ReportedPerson.Deed) -> String {
        let times = deed.count == 1 ? "" : ", \(deed.count) times"
        return switch deed.step {
        case "opened": "opened the rotation"
        case "resumed": "went on with it\(times)"
        case "listed": "looked up the connections\(times)"
        case "tainted": "tainted the tokens\(times)"
        case "awaiting_operator": "asked for a person\(times)"
        case "frozen": "stopped refreshes\(times)"
        case "secret_requested": "asked the provider for a new secret\(times)"
        case "pending_sealed": "sealed the new secret\(times)"
        case "pending_probed": "tried the new secret\(times)"
        case "switched": "put the new secret in force\(times)"
        case "awaiting_removal": "asked for the removal of the old secret\(times)"
        case "old_secret_removed": "had the old secret removed\(times)"
        case "old_secret_probed": "tried the old secret\(times)"
        case "reissued": "had new tokens issued to \(connections(deed.count))"
        case ReportedPerson.Deed.notReissued: "tried in vain to have tokens issued\(times)"
        case "tokens_probed": "asked about the tokens of \(connections(deed.count))"
        case "left_tokens_probed": "asked about the old tokens of \(connections(deed.count)) without new ones"
        case "unplanned_listed": "found connections that were in no plan\(times)"
        case "closed": "closed it"
        case "abandoned": "gave it up"
        default: step(deed.step) + times
        }
    }

    // MARK: - What lasts

    /// The time in which the old secret could be used.
    package static func oldSecretAlive(isKnown: Bool) -> String {
        isKnown ? "the old secret lived" : "the old secret is not proven dead"
    }

    /// The time in which a person was awaited.
    package static let waiting = "waited for a person"

    /// The time in which nobody could refresh.
    package static let freeze = "refreshes were stopped"

    /// The time in which connections got new tokens.
    package static func reissue(_ count: Int, of all: Int) -> String {
        "new tokens for \(count) of \(connections(all))"
    }

    /// A length of time: `under 1s`, `3m 20s`.
    package static func span(_ seconds: Double) -> String {
        seconds < 1 ? "under 1s" : Timestamp.elapsed(seconds)
    }

    // MARK: - Outcomes

    /// What became of a connection.
    package static func outcome(_ outcome: ReportedConnection.Outcome) -> String {
        switch outcome {
        case .pending: "pending"
        case .reissued: "reissued"
        case .needsPerson: "needs a person"
        case .failed: "failed"
        }
    }

    /// What connections are called that were in no plan.
    package static let unplanned = "Connected while it was opened"

    /// What a claim was found to be.
    package static func result(_ result: ProofResult) -> String {
        switch result {
        case .proven: "proven"
        case .refuted: "found to be otherwise"
        case .unproven: "not proven"
        }
    }

    /// What was found, or, where nothing was, what was asked.
    package static func finding(_ proof: Proof) -> String {
        proof.result == .unproven ? "\(proof.subject) is \(proof.claim)?" : proof.finding
    }

    // MARK: - Bundles

    /// What whoever is no owner is told.
    package static let unreadBundles = "only an owner of the vault sees them"

    /// What a bundle holds from before: the first paths, and how many more.
    package static func contents(_ bundle: ReportedBundle) -> String {
        let named = bundle.paths.prefix(3).joined(separator: ", ")
        return bundle.paths.count > 3 ? "\(named) and \(bundle.paths.count - 3) more" : named
    }

    // MARK: - Numbers

    /// `1 connection`, `4 connections`.
    package static func connections(_ count: Int) -> String {
        self.count(count, "connection", "connections")
    }

    /// A number, and what there are so many of.
    package static func count(_ count: Int, _ one: String, _ many: String) -> String {
        "\(count) \(count == 1 ? one : many)"
    }

    /// `1 of 4 connections has …`: some of the connections, and what they do.
    package static func count(_ count: Int, of all: Int, _ one: String, _ many: String) -> String {
        "\(count) of \(connections(all)) \(count == 1 ? one : many)"
    }
}
