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
        let cost =
            preview.taint == .hold ? "hold: old tokens are not handed out" : "serve: old tokens are handed out, marked"
        return [
            ("secret", "replaced by \(preview.driver)"), ("meanwhile", cost),
            ("takes", preview.estimatedSeconds.flatMap(duration)),
        ]
    }

    /// What a person does, numbered, and where that begins.
    static func personFacts(_ steps: [String], from link: String?) -> [(String, String?)] {
        steps.enumerated().map { ("step \($0 + 1)", $1) } + [("begin at", link)]
    }

    /// The plan for people.
    var text: String {
        FactSheet(
            [("app", preview.app), ("because of", preview.mode.rawValue)] + Self.facts(preview)
                + Self.personFacts(preview.operatorSteps, from: preview.operatorLink)
                + preview.connections.map { ("reissue", $0) }
        ).text
    }
}
