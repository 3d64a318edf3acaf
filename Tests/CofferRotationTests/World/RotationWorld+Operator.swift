// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization

extension RotationWorld: RotationOperator {
    func isPresent() async -> Bool {
        state.withLock { $0.script.isPresent }
    }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool {
        try begin("ready")
        return state.withLock { world in
            if world.events.contains(where: { $0.fact == .frozen }) {
                world.violations.append("asked to click although the freeze is on")
            }
            return world.script.isReady.isEmpty ? true : world.script.isReady.removeFirst()
        }
    }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        try begin(problem == nil ? "ask" : "ask again")
        return state.withLock { world in
            if world.plan.freezes, !world.isFrozen {
                world.violations.append("asked for the secret before the freeze")
            }
            world.takeOver()
            // The person clicks once, and again only when told that the value was refused.
            if world.inForce == world.current || world.unwanted.contains(world.inForce)
                || (problem?.contains("refused") == true && world.pending == world.inForce)
            {
                world.make(label: nil)
            }
            switch world.script.pastes.isEmpty ? .right : world.script.pastes.removeFirst() {
            case .right: return Secret(String(world.inForce))
            case .wrong: return Secret("-7")
            case .malformed: return Secret("not a number")
            case .old: return Secret(String(world.current))
            case .nothing: return nil
            }
        }
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        try begin("removed?")
        return state.withLock { world in
            guard world.script.hasRemoved.isEmpty || world.script.hasRemoved.removeFirst() else { return false }
            if let retired = world.retired { world.alive[retired] = nil }
            return true
        }
    }
}
