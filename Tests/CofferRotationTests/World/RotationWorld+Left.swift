// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization

extension RotationWorld {
    func proveLeft(_ connection: CredentialPath, _ plan: RotationPlan) async throws -> [Proof] {
        try begin("prove left \(connection)")
        let verdict = state.withLock { world in
            // Another process may refresh what is left; and of two operators at once the one may reissue what the other has left.
            let isReissued = world.companions == 0 && world.reissued[connection] == world.current
            if isReissued || !world.left.contains(connection) {
                world.violations.append("a question about what is left to nobody")
            }
            return world.script.tokenVerdict
        }
        try touch()
        return [proof("old access token", "refused", verdict)]
    }
}

extension RotationWorld.State {
    /// What the journal leaves as it is: what is in no plan is tried once, whatever it failed with.
    var left: Set<CredentialPath> {
        Set(
            events.compactMap { event -> CredentialPath? in
                switch event.fact {
                case .reissued(let connection, .needsPerson), .reissued(let connection, .failed(_, retryable: false)):
                    connection
                case .reissued(let connection, .failed(_, retryable: true)) where script.unplanned.contains(connection):
                    connection
                default: nil
                }
            })
    }

    /// What is in no plan is tried before the end, too, and after a leak nobody closes before the provider was asked about the old tokens of what is left, or could be.
    mutating func checkLeft() {
        let tried = Set(
            events.compactMap { event -> CredentialPath? in
                if case .reissued(let connection, _) = event.fact { connection } else { nil }
            })
        if !tried.isSuperset(of: script.unplanned) { violations.append("closed without what is in no plan") }
        guard plan.mode == .leak else { return }
        let asked = Set(
            events.compactMap { event -> CredentialPath? in
                if case .leftTokensProbed(let connection, _) = event.fact { connection } else { nil }
            })
        if asked != left { violations.append("closed although nobody was asked about what is left as it is") }
    }
}
