// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import Synchronization

/// The operator of a drill that nobody plays: does each step at once.
final class SandboxOperator: RotationOperator {
    /// What it does it with.
    private let hands: SandboxHands

    /// The secret that came with a new client id, until it is given.
    private let made = Mutex<Secret?>(nil)

    /// Gives it its hands.
    init(hands: SandboxHands) {
        self.hands = hands
    }

    /// Always, so that the freeze begins right before the secret changes, as it does with a person.
    func isPresent() async -> Bool { true }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }

    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? {
        guard hands.changesClient else { return request.changesClientID ? hands.clientID : nil }
        let new = try hands.newClient()
        made.withLock { $0 = new.secret }
        return new.id
    }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        let made = made.withLock { made in
            defer { made = nil }
            return made
        }
        return try made ?? hands.newSecret()
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        try hands.removeOldSecret()
        return true
    }
}
