// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a leak calls for, in the order in which it is done.
package struct LeakPlan: Sendable, Encodable {
    /// What the string is, where one was given.
    package let leaked: TraceReport?
    /// What is to be done, first things first.
    package let steps: [LeakStep]
    /// What limits the answer or should be known, in sentences.
    package let notes: [String]
    /// How long all of it takes at the providers' stated pace, at least and without what people need; absent if none states one.
    package let estimatedSeconds: Int?
    /// Whether the record of events is broken, so that more may have to be replaced.
    package let isBroken: Bool

    private enum CodingKeys: String, CodingKey {
        case leaked, steps, notes, estimatedSeconds
        case isBroken = "broken"
    }

    /// Sums up.
    init(leaked: TraceReport? = nil, steps: [LeakStep], notes: [String] = [], isBroken: Bool = false) {
        self.leaked = leaked
        self.steps = steps
        self.notes = notes
        self.isBroken = isBroken
        let known = steps.compactMap(\.estimatedSeconds)
        estimatedSeconds = known.isEmpty ? nil : known.reduce(0, +)
    }

    /// The step that must be over before any other is begun: with a leaked identity still in the vault, everything new is
    /// read by whoever has it.
    package var blocker: LeakStep? { steps.first { $0.action == .removeIdentity } }
}
