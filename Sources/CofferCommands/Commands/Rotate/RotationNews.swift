// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation

/// What is told while a rotation runs.
struct RotationNews {
    /// What happened.
    private let progress: RotationProgress

    /// How far the connections are.
    private let bar: ConnectionBar

    /// Takes what happened.
    init(_ progress: RotationProgress, _ bar: ConnectionBar) {
        self.progress = progress
        self.bar = bar
    }

    /// Tells it: what is being done as a line of progress, what has been found out as a line that stays.
    func tell(_ diagnostics: Diagnostics) {
        switch progress {
        case .beginning(.finish), .beginning(.stop), .beginning(.askOperator), .beginning(.requestSecret),
            .beginning(.askRemoved):
            break
        case .beginning(let action):
            // Redrawn for somebody who watches; in a log the facts that follow say as much.
            bar.begin(action)
            if diagnostics.isTerminal { diagnostics.progress(action.sentence) }
        case .recorded(let event, let done, let count):
            tell(event.fact, done, count, diagnostics)
        }
    }

    private func tell(_ fact: JournalEvent.Fact, _ done: Int, _ count: Int, _ diagnostics: Diagnostics) {
        switch fact {
        case .tainted: diagnostics.note("what was issued before is marked as leaked")
        case .frozen: diagnostics.note("refreshes of the app wait")
        case .pendingSealed(let evidence): diagnostics.note("a new secret is sealed: \(evidence)")
        case .pendingProbed(let proof), .oldSecretProbed(let proof): tell(proof, diagnostics)
        case .switched: diagnostics.note("the new secret is in force")
        case .reissued(let path, let result):
            if let reason = result.reason { diagnostics.warn("\(path) has no new tokens: \(reason)") }
            tell(done, count, diagnostics, inLog: result.reason == nil ? "reissued \(done) of \(count): \(path)" : nil)
        case .tokensProbed(let path, _), .leftTokensProbed(let path, _):
            tell(done, count, diagnostics, inLog: "asked about the tokens of \(path)")
        case .closed: diagnostics.progress("the rotation is closed")
        case .oldSecretRemoved(let evidence): diagnostics.note("the old secret is removed: \(evidence)")
        case .opened, .resumed, .listed, .unplannedListed, .awaitingOperator, .awaitingRemoval, .secretRequested,
            .abandoned:
            break
        }
    }

    /// Redraws the bar for somebody who watches; in a log each connection is a line.
    private func tell(_ done: Int, _ count: Int, _ diagnostics: Diagnostics, inLog line: String?) {
        let bar = bar.next(done: done, of: count)
        if diagnostics.isTerminal {
            diagnostics.progress(bar)
        } else if let line {
            diagnostics.progress(line)
        }
    }

    private func tell(_ proof: Proof, _ diagnostics: Diagnostics) {
        let sentence = "\(proof.finding) (\(CommandError.clause(proof.evidence)))"
        proof.result == .proven ? diagnostics.note(sentence) : diagnostics.warn(sentence)
    }
}
