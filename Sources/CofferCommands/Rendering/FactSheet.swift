// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Facts about one thing for people: a name and a text on each line, the texts under each other.
struct FactSheet: Sendable {
    /// The facts, in order.
    private var facts: [(name: String, text: String)]

    /// Takes facts; those without a text are left out.
    init(_ facts: [(String, String?)]) {
        self.facts = facts.compactMap { name, text in text.map { (name, $0) } }
    }

    /// One line each, cleaned of what could steer a terminal.
    var text: String {
        let width = facts.map { DisplayWidth.of($0.name) }.max() ?? 0
        return facts.map { name, text in
            let padding = String(repeating: " ", count: width - DisplayWidth.of(name) + 2)
            return name + padding + PrintableText.clean(text) + "\n"
        }.joined()
    }
}
