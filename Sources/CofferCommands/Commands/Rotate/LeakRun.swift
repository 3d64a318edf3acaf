// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// A leak that is contained for a person or a script: the plan, the question, each step, and the status.
struct LeakRun {
    /// How far it goes.
    enum Extent {
        /// The plan is shown.
        case plan
        /// The plan is shown, and done after a yes; where nobody can be asked, it is a proposal.
        case question
        /// The plan is done.
        case deed
    }

    /// What does it.
    let keeper: Keeper

    /// Where to print and ask.
    let context: CommandContext

    /// Whether the output is one document.
    let isJSON: Bool

    /// Shows a leak and what it calls for, and does that.
    ///
    /// - Parameters:
    ///   - leak: what leaked, and the plan.
    ///   - extent: how far it goes.
    /// - Throws: ``PrintedOutcome`` where something was found or is left; ``CommandError`` `not_confirmed` after a no.
    func run(_ leak: some ShownLeak, _ extent: Extent) async throws {
        let plan = leak.plan
        let hasWork = plan.steps.contains(where: \.action.isOurs)
        // One document: what is done is told together with what came of it.
        if !isJSON || extent != .deed || !hasWork || plan.blocker != nil { try show(leak) }
        guard extent != .plan, hasWork else { return try end(leak, extent) }
        if let blocker = plan.blocker {
            context.diagnostics.warn("nothing was done yet: \(blocker.subject) comes first, then ask again")
            throw PrintedOutcome(status: .awaitsOperator)
        }
        if extent == .question {
            guard !isJSON, context.input.isTerminal, context.terminal.isPresent else {
                context.diagnostics.hint("nothing was done; what Coffer can do of it, it does with --yes")
                return try end(leak, extent)
            }
            guard try await context.terminal.confirm("do this now?") else {
                throw CommandError("not_confirmed", message: "nothing was changed")
            }
        }
        var deed = LeakDeed(keeper: keeper, context: context, isJSON: isJSON)
        let results = try await deed.perform(leak)
        if isJSON { try context.output.write(JSONText.document(Document(leak: leak, results: results))) }
        if let status = Self.status(of: leak, results) { throw PrintedOutcome(status: status) }
    }

    private func show(_ leak: some ShownLeak) throws {
        // At the head: a long list must not be all that is seen.
        for note in leak.plan.notes {
            if leak.plan.isBroken { context.diagnostics.warn(note) } else { context.diagnostics.note(note) }
        }
        try context.output.write(isJSON ? JSONText.document(leak) : leak.text(now: context.now()))
    }

    /// The end where nothing was to be done, or nothing was done.
    private func end(_ leak: some ShownLeak, _ extent: Extent) throws {
        if leak.plan.isBroken { throw PrintedOutcome(status: .damaged) }
        if leak.isOurs { throw PrintedOutcome(status: .leakFound) }
        if leak.isIncomplete { throw PrintedOutcome(status: .unproven) }
        if extent != .plan, !leak.plan.steps.isEmpty { throw PrintedOutcome(status: .unproven) }
    }

    /// What is printed for programs: the leak with its plan, and what came of it.
    private struct Document<Leak: ShownLeak>: Encodable {
        let leak: Leak
        let results: [LeakStepResult]

        private enum CodingKeys: String, CodingKey { case results }

        func encode(to encoder: any Encoder) throws {
            try leak.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(results, forKey: .results)
        }
    }

    /// The worst that is left: a failure, a person who is awaited, what a person has to do or what is not proven.
    private static func status(of leak: some ShownLeak, _ results: [LeakStepResult]) -> ExitStatus? {
        let left =
            results.compactMap(\.status) + (leak.plan.isBroken ? [.damaged] : [])
            + (leak.isIncomplete ? [.unproven] : [])
        if let worst = FailureSeverity.worst(left.filter(FailureSeverity.order.contains)) { return worst }
        if left.contains(.awaitsOperator) { return .awaitsOperator }
        return left.isEmpty && leak.plan.steps.allSatisfy(\.action.isOurs) ? nil : .unproven
    }
}
