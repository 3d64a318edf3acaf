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

    /// What the sandbox's page shows, once it was made.
    private let made = Mutex<Made?>(nil)

    /// A secret, and the client id that came with it.
    private struct Made {
        let clientID: String?
        let secret: Secret
    }

    /// Takes the person of a context.
    init(_ context: CommandContext, _ hands: SandboxHands) {
        person = OperatorAtTerminal(context, readsInput: false)
        self.context = context
        self.hands = hands
    }

    func isPresent() async -> Bool { await person.isPresent() }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { try await person.readyToClick(request) }

    /// Shows the made-up client id as the provider's page would show a real one, and has it pasted.
    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? {
        guard request.changesClientID, await person.isPresent() else { return nil }
        if let clientID = try make().clientID {
            show("the new client id", clientID)
        } else {
            show("the client id, which has stayed", hands.clientID)
        }
        return try await person.newClientID(request, offered: offered, problem: problem)
    }

    /// Shows the made-up secret as the provider's page would show a real one, and has it pasted.
    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        guard await person.isPresent() else { return nil }
        show("the new secret", try make().secret.withExposedText { $0 })
        return try await person.newSecret(request, problem: problem)
    }

    /// Clicks in the sandbox, once.
    private func make() throws -> Made {
        try made.withLock { made in
            if let made { return made }
            let new: Made
            if hands.changesClient {
                let client = try hands.newClient()
                new = Made(clientID: client.id, secret: client.secret)
            } else {
                new = Made(clientID: nil, secret: try hands.newSecret())
            }
            made = new
            return new
        }
    }

    private func show(_ what: String, _ value: String) {
        context.diagnostics.endProgress()
        context.diagnostics.note("this is a drill: in earnest the provider's page shows \(what); here it is")
        context.diagnostics.note("  \(value)")
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        guard try await person.hasRemoved(request) else { return false }
        try hands.removeOldSecret()
        return true
    }
}
