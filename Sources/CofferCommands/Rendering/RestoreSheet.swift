// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// What `coffer restore` says before and after.
struct RestoreSheet: Encodable {
    private let plan: RestorePlan

    /// Takes a plan.
    init(_ plan: RestorePlan) { self.plan = plan }

    func encode(to encoder: any Encoder) throws { try plan.encode(to: encoder) }

    /// What a person should know before saying yes.
    var warnings: [String] {
        var lines = ["the backup is from \(plan.from.map(JSONText.rfc3339) ?? "an unknown time")"]
        if plan.keptAs != nil, plan.lost == nil {
            lines.append("the present vault can't be read: what is lost can't be said")
        }
        if plan.unreadable > 0 {
            lines.append("\(plan.unreadable) rows of the present vault can't be read: what they hold can't be said")
        }
        if plan.keptAs == nil {
            lines += plan.keptLogs.map { "the vault's file is gone, and what is left of its log will be kept as \($0)" }
        }
        lines += Self.line("will be lost", plan.lost) + Self.line("go back to how they were", plan.changed)
        lines += Self.line("come back", plan.returning) + Self.line("must be connected again", plan.spent)
        lines += Self.line("are doubtful until their next refresh", plan.doubtful)
        return lines + Self.line("are on hold again after a leak", plan.tainted)
    }

    private static func line(_ what: String, _ paths: [String]?) -> [String] {
        guard let paths, !paths.isEmpty else { return [] }
        let more = paths.count > 20 ? " and \(paths.count - 20) more" : ""
        return ["\(paths.count) \(what): \(paths.prefix(20).joined(separator: ", "))\(more)"]
    }

    /// Writes the facts to standard output, and what to do next to standard error.
    ///
    /// - Throws: ``CommandError`` if they cannot be written.
    func write(asJSON: Bool, _ context: CommandContext) throws {
        let facts: [(String, String?)] = [
            ("vault", plan.vault), ("restored from", plan.backup), ("state of", plan.from.map(JSONText.rfc3339)),
            ("lost", plan.lost.map { "\($0.count)" }), ("changed back", plan.changed.map { "\($0.count)" }),
            ("doubtful", "\(plan.doubtful.count)"), ("to connect again", "\(plan.spent.count)"),
            ("on hold", "\(plan.tainted.count)"), ("membership changes kept", "\(plan.keptMembershipChanges)"),
            ("replaced vault", plan.keptAs), ("kept log", plan.keptLogs.first),
            ("unreadable rows", plan.unreadable > 0 ? "\(plan.unreadable)" : nil),
        ]
        try context.output.write(asJSON ? JSONText.document(self) : FactSheet(facts).text)
        guard !asJSON else { return }
        if !plan.doubtful.isEmpty { context.diagnostics.hint("see what still works with: coffer refresh --all") }
        for path in plan.spent { context.diagnostics.hint("connect it again with: coffer connect \(path)") }
        for path in plan.tainted { context.diagnostics.hint("rotate it again with: coffer rotate \(path) --leak") }
        if let kept = plan.keptAs {
            context.diagnostics.note("the replaced vault is kept as \(kept); remove it when all is well")
        }
        for log in plan.keptLogs {
            context.diagnostics.note(
                "a log of the replaced vault is kept as \(log): the newest changes may stand in it alone, and only beside "
                    + "the file that it belongs to can they be read")
        }
        if plan.unreadable > 0 {
            context.diagnostics.warn(
                "\(plan.unreadable) rows of the replaced vault can't be read: leaks that only they know of are not on hold "
                    + "again")
        }
    }
}
