// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What `coffer restore --in-place` says.
struct TakenBackSheet: Encodable {
    private let done: TakenBack

    /// Takes what was done.
    init(_ done: TakenBack) { self.done = done }

    func encode(to encoder: any Encoder) throws { try done.encode(to: encoder) }

    /// Writes the facts to standard output, and what to do next to standard error.
    ///
    /// - Throws: ``CommandError`` if they cannot be written.
    func write(asJSON: Bool, _ context: CommandContext) throws {
        let facts: [(String, String?)] = [
            ("doubtful", "\(done.doubtful.count)"), ("to connect again", "\(done.spent.count)"),
            ("on hold", "\(done.tainted.count)"), ("membership changes kept", "\(done.keptMembershipChanges)"),
        ]
        try context.output.write(asJSON ? JSONText.document(self) : FactSheet(facts).text)
        guard !asJSON else { return }
        if !done.doubtful.isEmpty { context.diagnostics.hint("see what still works with: coffer refresh --all") }
        for path in done.spent { context.diagnostics.hint("connect it again with: coffer connect \(path)") }
        for path in done.tainted { context.diagnostics.hint("rotate it again with: coffer rotate \(path) --leak") }
    }
}
