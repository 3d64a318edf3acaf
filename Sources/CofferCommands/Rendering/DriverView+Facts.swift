// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferRotation

extension DriverView {
    /// What replaces the secret, for people.
    var facts: FactSheet {
        var facts: [(String, String?)] = [
            (subject == .value ? "static secret" : "app", path), ("secret", "replaced by \(driver)"),
        ]
        guard command != nil || address != nil else { return FactSheet(facts) }
        facts += [("admin url", address), ("credential", credential), ("program", command?.first)]
        for argument in command?.dropFirst() ?? [] { facts.append(("argument", argument)) }
        facts.append(("deadline", deadlineSeconds.map { "\($0)s" }))
        facts.append(("two secrets", keepsTwo == true ? "yes" : "no"))
        facts.append(("set in", file))
        return FactSheet(facts)
    }
}
