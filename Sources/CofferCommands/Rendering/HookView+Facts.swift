// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

extension HookView {
    /// Who is told, for people.
    var facts: FactSheet {
        guard command != nil || webhook != nil else { return FactSheet([("told of rotations", "nobody")]) }
        var facts: [(String, String?)] = [("program", command?.first)]
        for argument in command?.dropFirst() ?? [] { facts.append(("argument", argument)) }
        facts += [("webhook", webhook), ("signed with", key), ("set in", file)]
        return FactSheet(facts)
    }
}
