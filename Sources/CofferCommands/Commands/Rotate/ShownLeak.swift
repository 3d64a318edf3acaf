// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A leak as ``LeakRun`` shows and contains it: one string, or a whole report.
protocol ShownLeak: Encodable {
    /// What it calls for.
    var plan: LeakPlan { get }
    /// Whether something that was found is or was ours.
    var isOurs: Bool { get }
    /// Whether of a part of it nothing can be said.
    var isIncomplete: Bool { get }
    /// What it is and what it calls for, for people.
    func text(now: Date) -> String
    /// What a step asks about, by its place in the plan; empty for one that asks about nothing that was found.
    func strings(ofStep index: Int) -> [Secret]
}

/// What one string calls for, or a scope without a string.
struct LeakedString: ShownLeak {
    let plan: LeakPlan
    /// The string, if one was given.
    let string: Secret?

    var isOurs: Bool { plan.leaked?.isOurs == true }
    var isIncomplete: Bool { false }

    func text(now: Date) -> String { plan.text(now: now) }

    func strings(ofStep index: Int) -> [Secret] {
        guard let string else { return [] }
        let step = plan.steps[index]
        // A refresh token is asked about nowhere: it is spent.
        return step.action == .ask || step.field == "access_token" ? [string] : []
    }

    func encode(to encoder: any Encoder) throws { try plan.encode(to: encoder) }
}
