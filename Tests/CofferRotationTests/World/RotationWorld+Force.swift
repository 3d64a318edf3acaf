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
                // By then somebody has connected them again.
                world.gone = []
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
            barredBy = nil
        }
    }

    /// The provider makes a secret: beside the others, or in place of them.
    ///
    /// - Parameters:
    ///   - label: what the driver labels it with; a person labels nothing.
    ///   - isAnew: whether it is another client's, in place of the one that was there or beside it.
    mutating func make(label: RotationID?, isAnew: Bool = false) {
        inForce = nextSecret
        nextSecret += 1
        if isAnew { client = "made-up-id-\(inForce)" }
        owners[inForce] = client
        if !plan.overlaps { alive = [:] }
        alive.updateValue(label, forKey: inForce)
    }

    /// Whether the provider takes a secret for the app's.
    func accepts(_ secret: Int) -> Bool { alive.keys.contains(secret) && !bad.contains(secret) }

    /// A secret goes over the wire beside a client id: never but with that of its own client, once it has been in force.
    mutating func noteSending(_ secret: Int, as client: String) {
        if owners[secret] != client { violations.append("a secret was sent with another client's id") }
    }

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

    /// Seals a secret as pending, and the client id that came with it.
    mutating func seal(_ secret: Int, of client: String) {
        if let pending, pending != secret {
            if pendingRotation != plan.id || !pendingIsRefused { violations.append("two pending secrets") }
            unwanted.insert(pending)
        }
        pending = secret
        pendingClient = client
        pendingRotation = plan.id
        pendingIsRefused = false
    }

    /// What is minted with a secret that leaked is handed to nobody under `hold`, once the journal says that it is tainted.
    mutating func checkHold() {
        guard plan.mode == .leak, plan.taint == .hold, events.contains(where: { $0.fact == .tainted }) else { return }
        for connection in plan.connections {
            let pair = minted[connection] ?? (0, 0)
            let isHeld = self.isHeld(mintedUnder: pair.epoch)
            if leaked.contains(pair.secret), !isHeld { violations.append("a hand-out of a leaked token under hold") }
            if pair.secret >= firstAfterTaint, isHeld { violations.append("a new token is held back") }
        }
    }
}
