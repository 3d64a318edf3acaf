// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth
package import CofferRotation

/// The driver that is a program of the operator's; docs/command-driver.md is its contract.
///
/// A request without an answer is never repeated blindly: the program is asked first what the provider holds of it.
package struct CommandDriver: SecretDriver {
    private let asked: AskedProgram
    private let fallback: OperatorDriver

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - program: what is run.
    ///   - fallback: what a person is told where the program says that a person must do it; also checks a secret's form.
    ///   - tell: shows a person a line of the program's standard error, cleaned.
    package init(
        _ program: any SecretProgram, fallback: OperatorDriver, tell: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        asked = AskedProgram(program: program, tell: tell)
        self.fallback = fallback
    }

    /// Where the program's setting says that it can do both.
    package func overlaps(_ registration: ClientRegistration) -> Bool { asked.program.keepsTwo }

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
        guard case .removed = try await asked.ask(ProgramRequest(order)) else {
            return .needsOperator(fallback.requestToRemove(for: order.registration, because: asked.handsOver))
        }
        return .removed(evidence: "the program \(asked.program.name) removed the old client_secret")
    }

    private func secret(
        by operation: ProgramRequest.Operation, _ order: ReplacementOrder,
        _ person: (ClientRegistration, String) -> OperatorRequest
    ) async throws -> ReplacementAnswer {
        let made = try await asked.secret(
            by: operation, looksFirst: order.mayHaveBeenSent, { ProgramRequest($0, order) }, isNew: order.isNew,
            check: { try check($0, order) })
        guard let made else { return .needsOperator(person(order.registration, asked.handsOver)) }
        return .replaced(made.secret, evidence: made.evidence)
    }

    /// A secret that the provider can't have issued, or that was there before, is none to go on with.
    private func check(_ secret: Secret, _ order: ReplacementOrder) throws(RotationError) {
        let checked = try fallback.check(secret, old: order.registration.clientSecret, refused: order.refused)
        guard checked == secret else { throw RotationError(.unusableSecret, "that ends with a line break") }
        guard order.isNew(secret) else {
            throw RotationError(.unusableSecret, "that is one that an earlier rotation has left behind")
        }
    }
}
