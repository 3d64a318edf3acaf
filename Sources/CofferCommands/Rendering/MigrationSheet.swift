// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What `coffer migrate` says of a vault that was moved.
struct MigrationSheet: Encodable {
    private let summary: MigrationSummary

    /// Takes what was done.
    init(_ summary: MigrationSummary) { self.summary = summary }

    func encode(to encoder: any Encoder) throws { try summary.encode(to: encoder) }

    /// Writes the facts to standard output, and what to do next to standard error.
    ///
    /// - Throws: ``CommandError`` if they cannot be written.
    func write(asJSON: Bool, _ context: CommandContext) throws {
        var facts: [(String, String?)] = [
            ("vault", summary.vault), ("moved from", summary.from), ("to", summary.to),
            ("entries", "\(summary.entryCount)"),
        ]
        for id in summary.unopened { facts.append(("does not open", id)) }
        try context.output.write(asJSON ? JSONText.document(self) : FactSheet(facts).text)
        guard !asJSON else { return }
        if !summary.unopened.isEmpty {
            context.diagnostics.warn("entries that don't open were moved as they are; see: coffer verify")
        }
        context.diagnostics.note("the old place is refused by every program; remove it when all is well")
        context.diagnostics.hint("end the agents, and name the new place with --vault or COFFER_VAULT")
    }
}
