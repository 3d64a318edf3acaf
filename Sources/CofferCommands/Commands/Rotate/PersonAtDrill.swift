// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrill
import CofferRotation
import Synchronization

/// A person at the terminal who does the operator's part of a drill: told where to click in earnest, with the sandbox in the
/// provider's place.
final class PersonAtDrill: RotationOperator {
    /// Who is asked.
    private let person: OperatorAtTerminal

    /// What is done at the sandbox.
    private let hands: SandboxHands

    /// Where to print.
    private let context: CommandContext

    /// The secret that the sandbox's page shows, once it was made.
    private let made = Mutex<Secret?>(nil)

    /// Takes the person of a context.
    init(_ context: CommandContext, _ hands: SandboxHands) {
        person = OperatorAtTerminal(context, readsInput: false)
        self.context = context
        self.hands = hands
    }

    func isPresent() async -> Bool { await person.isPresent() }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { try await person.readyToClick(request) }

    /// Shows the made-up secret as the provider's page would show a real one, and has it pasted.
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        guard await person.isPresent() else { return nil }
        let secret = try made.withLock { made in
            let secret = try made ?? hands.newSecret()
            made = secret
            return secret
        }
        context.diagnostics.endProgress()
        context.diagnostics.note("this is a drill: in earnest the provider's page shows the new secret; here it is")
        context.diagnostics.note("  \(secret.withExposedText { $0 })")
        return try await person.newSecret(request, problem: problem)
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        guard try await person.hasRemoved(request) else { return false }
        try hands.removeOldSecret()
        return true
    }
}
