// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferRotation

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension LeakPlan {
    /// The plan for a person at three in the morning: what it is, then what to do, first things first.
    func text(now: Date) -> String {
        var sections = leaked.map { [$0.text(now: now)] } ?? []
        if !steps.isEmpty {
            let listed = steps.enumerated().map { $1.text(number: $0 + 1) }.joined()
            sections.append("WHAT IT CALLS FOR, IN THIS ORDER\n" + listed)
        } else if leaked?.isOurs ?? true {
            sections.append("nothing has to be replaced\n")
        }
        if let estimatedSeconds, estimatedSeconds > 0 {
            let time = RelativeTime.text(.seconds(estimatedSeconds))
            sections.append("all of it: at least \(time) at the providers' pace, and the time that people need\n")
        }
        return sections.joined(separator: "\n")
    }
}

extension LeakStep {
    /// How far what belongs to a step is indented.
    private static let indent = "   "

    /// The step under its number, with what a person must know to do it or to let it be done.
    func text(number: Int) -> String {
        let by = action.isOurs ? "" : " (by hand)"
        let reasons: [(String, String?)] = [
            ("why", because), ("after", after.map { "\($0), since whoever has that reads each new client_secret" }),
        ]
        let facts = FactSheet(
            reasons + rotationFacts + PlanView.personFacts(steps, from: link) + [("with", command)])
        let lines = facts.text.split(separator: "\n").map { "\(Self.indent)\($0)\n" }
        return PrintableText.clean("\(number). \(title)\(by)") + "\n" + lines.joined()
    }

    /// What is done, in words.
    var title: String {
        switch action {
        case .removeIdentity: "take the identity \(subject) out of the vault, before anything else"
        case .repin: "give everybody the pin without \(subject)"
        case .rotate where rotation?.subject == .value: "replace the static secret \(subject)"
        case .rotate: "replace the client_secret of \(subject), then the tokens of \(connections)"
        case .reissue: "new tokens for \(subject)"
        case .endGrant: "end the grant of \(subject), then connect it again"
        case .ask: "ask the provider whether the old \(field ?? "secret") of \(subject) still works"
        case .finish: "finish the rotation of \(subject) that is open"
        case .replace: "replace \(field ?? "what is stored at") of \(subject)"
        case .withdraw: "end what belonged to \(subject) where it came from"
        }
    }

    private var connections: String {
        let count = rotation?.connections.count ?? 0
        return count == 1 ? "its connection" : "its \(count) connections"
    }

    private var rotationFacts: [(String, String?)] {
        rotation.map(PlanView.facts) ?? [("takes", estimatedSeconds.flatMap(PlanView.duration))]
    }
}
