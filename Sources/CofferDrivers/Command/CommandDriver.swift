// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// The driver that is a program of the operator's; docs/command-driver.md is its contract.
///
/// A request without an answer is never repeated blindly: the program is asked first what the provider holds of it.
package struct CommandDriver: SecretDriver {
    private let program: any SecretProgram
    private let fallback: OperatorDriver
    private let tell: @Sendable (String) -> Void

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - program: what is run.
    ///   - fallback: what a person is told where the program says that a person must do it; also checks a secret's form.
    ///   - tell: shows a person a line of the program's standard error, cleaned.
    package init(
        _ program: any SecretProgram, fallback: OperatorDriver, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.program = program
        self.fallback = fallback
        self.tell = tell
    }

    /// Where the program's setting says that it can do both.
    package func overlaps(_ registration: ClientRegistration) -> Bool { program.keepsTwo }

    /// Has the program replace the secret.
    package func replaceSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        try await secret(by: .replace, order) { fallback.request(for: $0, because: $1) }
    }

    /// Has the program make a second secret.
    package func addSecret(
        _ order: ReplacementOrder, keep: @escaping @Sendable (RegistrationAccess) async throws -> Void
    ) async throws -> ReplacementAnswer {
        try await secret(by: .add, order) { fallback.requestToAdd(for: $0, because: $1) }
    }

    /// Has the program remove the old secret.
    package func removeSecret(_ order: RemovalOrder) async throws -> SecretRemoval {
        guard case .removed = try await ask(ProgramRequest(order)) else {
            return .needsOperator(fallback.requestToRemove(for: order.registration, because: handsOver))
        }
        return .removed(evidence: "the program \(program.name) removed the old client_secret")
    }

    private var handsOver: String { "the program \(program.name) says that a person must do it" }

    private func secret(
        by operation: ProgramRequest.Operation, _ order: ReplacementOrder,
        _ person: (ClientRegistration, String) -> OperatorRequest
    ) async throws -> ReplacementAnswer {
        if order.mayHaveBeenSent {
            switch try await ask(ProgramRequest(.inspect, order)) {
            // The old one, or one that was refused, is what a provider shows that made none since.
            case .secret(let found) where order.isNew(found):
                try check(found, order)
                return .replaced(
                    found,
                    evidence: """
                        the program \(program.name) found the new client_secret of a request whose answer was lost
                        """)
            case .person: return .needsOperator(person(order.registration, handsOver))
            case .secret, .absent, .removed: break
            }
        }
        guard case .secret(let made) = try await ask(ProgramRequest(operation, order)) else {
            return .needsOperator(person(order.registration, handsOver))
        }
        try check(made, order)
        return .replaced(made, evidence: "the program \(program.name) gave a new client_secret")
    }

    /// Runs the program once, shows what it said, and reads its answer.
    private func ask(_ request: ProgramRequest) async throws -> ProgramAnswer {
        let run = try await program.run(request.document(for: program.app))
        let answer = run.ending.flatMap { ProgramAnswer.reading($0, to: request.operation) }
        var hidden = request.secrets
        switch (answer, run.ending) {
        case (.success(.secret(let secret)), _): hidden.append(secret)
        // What can't be read may be a secret wherever it stands.
        case (.failure, .success(let printed)): hidden.append(printed)
        default: break
        }
        show(run.remarks, hiding: hidden)
        switch answer {
        case .success(let answer): return answer
        case .failure(let fault): throw refusal(fault)
        }
    }

    private func show(_ remarks: [String], hiding secrets: [Secret]) {
        for line in remarks {
            let text = ForeignText.clean(line, hiding: secrets) ?? "(a line is left out that held a secret)"
            tell("\(program.name): \(text)")
        }
    }

    /// A secret that the provider can't have issued, or that was there before, is none to go on with.
    private func check(_ secret: Secret, _ order: ReplacementOrder) throws {
        do throws(RotationError) {
            let checked = try fallback.check(secret, old: order.registration.clientSecret, refused: order.refused)
            guard checked == secret else { throw RotationError(.unusableSecret, "that ends with a line break") }
            guard order.isNew(secret) else {
                throw RotationError(.unusableSecret, "that is one that an earlier rotation has left behind")
            }
        } catch {
            throw refusal(
                ProgramFault(.nonsense, "answered with a client_secret that can't be used: \(error.message)"))
        }
    }

    private func refusal(_ fault: ProgramFault) -> OAuthError {
        OAuthError(
            fault.code,
            "\(program.name), the program that replaces the client_secret of \(program.app), \(fault.words).")
    }
}
