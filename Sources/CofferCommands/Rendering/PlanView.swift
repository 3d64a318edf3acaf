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

    /// What readers get meanwhile, in words.
    static func cost(_ preview: RotationPreview) -> String {
        preview.taint == .hold ? "hold: old tokens are not handed out" : "serve: old tokens are handed out, marked"
    }

    /// The plan for people.
    var text: String {
        let steps = preview.operatorSteps.enumerated().map { ("step \($0 + 1)", $1 as String?) }
        return FactSheet(
            [
                ("app", preview.app), ("because of", preview.mode.rawValue),
                ("secret", "replaced by \(preview.driver)"), ("meanwhile", Self.cost(preview)),
                ("takes", Self.duration(preview.estimatedSeconds ?? 0)),
            ] + steps + [("begin at", preview.operatorLink)] + preview.connections.map { ("reissue", $0) }
        ).text
    }
}
