// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferRotation

/// What a rotation would do: for `--dry-run`, which changes nothing.
struct PlanView {
    /// The rotation that would be opened.
    let preview: RotationPreview

    /// How long the connections take, where the provider's pace makes it worth telling.
    static func duration(_ seconds: Int) -> String? {
        seconds > 0 ? "at least \(RelativeTime.text(.seconds(seconds))) at the provider's pace" : nil
    }

    /// What a rotation is like for everybody else.
    static func facts(_ preview: RotationPreview) -> [(String, String?)] {
        let old = preview.subject == .value ? "the old value is" : "old tokens are"
        let cost =
            switch preview.taint {
            case .hold: "hold: \(old) not handed out"
            case .serve: "serve: \(old) handed out, marked"
            case nil: preview.subject == .value ? "the value is handed out as ever" : "tokens are handed out as ever"
            }
        return [
            ("secret", replacement(preview)), ("client id", preview.changesClientID == true ? client(preview) : nil),
            ("former client", preview.strandedConnections.map { former($0) }), ("meanwhile", cost),
            ("takes", preview.estimatedSeconds.flatMap(duration)),
        ]
    }

    /// What becomes of the secret, in words.
    private static func replacement(_ preview: RotationPreview) -> String {
        guard preview.overlaps else { return "replaced by \(preview.driver)" }
        return preview.mode == .leak
            ? "a second one by \(preview.driver), then the old one removed"
            : "a second one by \(preview.driver); the old one is removed last"
    }

    /// What another client id costs, in words.
    private static func client(_ preview: RotationPreview) -> String {
        let cost = "changes with the secret: every account has to be connected again by a person"
        return preview.overlaps ? "\(cost), before the old client is deleted" : "\(cost), and works no more until then"
    }

    /// What becomes of accounts that still work with the client before, in words.
    private static func former(_ paths: [String]) -> String {
        "given up: what works with it until now has to be connected again (\(paths.joined(separator: ", ")))"
    }

    /// What a person does, numbered, and where that begins.
    static func personFacts(_ steps: [String], from link: String?) -> [(String, String?)] {
        steps.enumerated().map { ("step \($0 + 1)", $1) } + [("begin at", link)]
    }

    /// The plan for people.
    var text: String { sheet(preview.connections).text }

    /// The plan line by line, with the first connections only.
    func lines(naming count: Int) -> [String] {
        let named = Array(preview.connections.prefix(count))
        let rest = preview.connections.count - named.count
        return sheet(named + (rest > 0 ? ["and \(rest) more"] : [])).text.split(separator: "\n").map(String.init)
    }

    private func sheet(_ connections: [String]) -> FactSheet {
        let (persons, isAll) = (Set(preview.unrefreshableConnections ?? []), preview.changesClientID == true)
        let named: [(String, String?)] = connections.map { path in
            (isAll || persons.contains(path) ? "connect again" : "reissue", path)
        }
        return FactSheet(
            [(preview.subject == .value ? "static secret" : "app", preview.app), ("because of", preview.mode.rawValue)]
                + Self.facts(preview)
                + Self.personFacts(preview.operatorSteps, from: preview.operatorLink)
                + named)
    }
}
