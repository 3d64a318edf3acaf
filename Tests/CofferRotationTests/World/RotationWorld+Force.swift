// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferRotation
import Foundation
import Synchronization

extension RotationWorld {
    /// Gives the open rotation up for another, as the keeper does: the event first, then the new plan.
    ///
    /// May be called again after a kill.
    func force(_ plan: RotationPlan) async throws {
        if self.plan.id != plan.id {
            if !isHalfForced {
                let event = JournalEvent(at: now(), by: "grace", .abandoned(reason: "for another rotation"))
                try await append(event, to: self.plan.id, at: events.count)
            }
            state.withLock { world in
                world.abandoned.append(world.events)
                world.events = []
                world.plan = plan
                world.isShown = false
            }
        }
        if events.isEmpty { try await runner(name: "grace").open(plan) }
    }

    /// Whether whoever forced another rotation died on the way.
    var isHalfForced: Bool { events.last.map { $0.fact.name == "abandoned" } ?? true }

    /// The person does at the provider what a rotation that stopped asks for.
    func removeOldSecretsByHand() {
        state.withLock { world in
            for secret in world.unwanted.union([world.retired].compactMap(\.self)) { world.alive[secret] = nil }
        }
    }
}

extension RotationWorld.State {
    /// Takes over what an abandoned rotation left: no pending secret of another's is ever put in force.
    mutating func takeOver() {
        if let pending, pendingRotation != plan.id {
            unwanted.insert(pending)
            self.pending = nil
            pendingRotation = nil
            pendingIsRefused = false
        }
        if let retired, secretRotation != plan.id {
            unwanted.insert(retired)
            self.retired = nil
        }
    }

    /// The provider makes a secret: beside the others, or in place of them.
    ///
    /// - Parameter label: what the driver labels it with; a person labels nothing.
    mutating func make(label: RotationID?) {
        inForce = nextSecret
        nextSecret += 1
        if !plan.overlaps { alive = [:] }
        alive.updateValue(label, forKey: inForce)
    }

    /// Whether the provider takes a secret for the app's.
    func accepts(_ secret: Int) -> Bool { alive.keys.contains(secret) && !bad.contains(secret) }

    /// What the provider can list: it holds nothing that nobody needs when a driver asks for another.
    mutating func removeUnwanted(lostRequest: Bool) {
        guard plan.overlaps else { return }
        var unneeded = unwanted.union([pending].compactMap(\.self))
        let others = abandoned.compactMap { events -> RotationID? in
            if case .opened(let plan) = events.first?.fact { plan.id } else { nil }
        }
        // Labelled with an abandoned rotation, or with this one by a request whose answer was lost: nobody has its value.
        for (secret, maker) in alive where secret != current {
            if let maker, others.contains(maker) || lostRequest && maker == plan.id { unneeded.insert(secret) }
        }
        for secret in unneeded where secret != current { alive[secret] = nil }
    }

    /// Seals a secret as pending.
    mutating func seal(_ secret: Int) {
        if let pending, pending != secret {
            if pendingRotation != plan.id || !pendingIsRefused { violations.append("two pending secrets") }
            unwanted.insert(pending)
        }
        pending = secret
        pendingRotation = plan.id
        pendingIsRefused = false
    }

    /// What is minted with a secret that leaked is handed to nobody under `hold`, once the journal says that it is tainted.
    mutating func checkHold() {
        guard plan.mode == .leak, plan.taint == .hold, events.contains(where: { $0.fact == .tainted }) else { return }
        for connection in plan.connections {
            let pair = minted[connection] ?? (0, 0)
            let isHeld = pair.epoch < taintEpoch && strength == .hold
            if leaked.contains(pair.secret), !isHeld { violations.append("a hand-out of a leaked token under hold") }
            if pair.secret >= firstAfterTaint, isHeld { violations.append("a new token is held back") }
        }
    }
}
