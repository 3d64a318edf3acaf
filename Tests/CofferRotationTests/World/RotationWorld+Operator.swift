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

    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? {
        state.withLock { world -> String? in
            world.click(problem)
            let answer = world.script.clientIDs.isEmpty ? .right : world.script.clientIDs.removeFirst()
            let said: String? =
                switch answer {
                case .right: world.client == world.currentClient ? nil : world.client
                case .wrong: "somebody-elses-id"
                case .malformed: "no id"
                case .nothing: nil
                }
            world.saidClient = said
            world.hasSaidClient = true
            return said
        }
    }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        try begin(problem == nil ? "ask" : "ask again")
        return state.withLock { world in
            if world.plan.freezes, !world.isFrozen {
                world.violations.append("asked for the secret before the freeze")
            }
            if !world.hasSaidClient { world.violations.append("asked for a secret and not for its client id") }
            world.click(problem)
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

extension RotationWorld.State {
    /// The person clicks once, and again only when told that the value was refused, with the id that it belongs to.
    fileprivate mutating func click(_ problem: String?) {
        takeOver()
        let isRefused = problem?.contains("refused") == true && pending == inForce && owners[inForce] == pendingClient
        guard inForce == current || unwanted.contains(inForce) || isRefused else { return }
        let isAnew = script.addsAnew.first ?? false
        script.addsAnew = Array(script.addsAnew.dropFirst())
        make(label: nil, isAnew: isAnew)
    }
}
