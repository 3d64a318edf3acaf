// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

/// The operator of a drill that nobody plays: does each step at once.
struct SandboxOperator: RotationOperator {
    /// What it does it with.
    let hands: SandboxHands

    /// Always, so that the freeze begins right before the secret changes, as it does with a person.
    func isPresent() async -> Bool { true }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? { try hands.newSecret() }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        try hands.removeOldSecret()
        return true
    }
}
