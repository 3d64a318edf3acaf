// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// A program that is asked: each question is one run, what it says is shown, its answer read or refused.
struct AskedProgram: Sendable {
    let program: any SecretProgram
    /// Shows a person a line of the program's standard error, cleaned.
    let tell: @Sendable (String) -> Void

    /// A secret, and how it was come by in a sentence without it.
    typealias Made = (secret: Secret, evidence: String)

    /// Why a person is asked where the program answers that one must.
    var handsOver: String { "the program \(program.name) says that a person must do it" }

    /// Has the program make a secret, once it is known that a lost request has made none.
    ///
    /// - Parameters:
    ///   - operation: `replace` or `add`.
    ///   - looksFirst: whether an earlier request may have arrived.
    ///   - request: makes the request of an operation.
    ///   - isNew: whether a secret is none that was there before.
    ///   - check: throws a `RotationError` for a secret that can't be used.
    /// - Returns: the secret; nil where a person must make one.
    /// - Throws: `OAuthError` for a run that failed or an answer that is none, and what the program's start throws.
    func secret(
        by operation: ProgramRequest.Operation, looksFirst: Bool,
        _ request: (ProgramRequest.Operation) -> ProgramRequest, isNew: (Secret) -> Bool,
        check: (Secret) throws -> Void
    ) async throws -> Made? {
        let made = request(operation)
        let name = made.subject.name
        if looksFirst {
            switch try await ask(request(.inspect)) {
            // The old one, or one that was refused, is what a provider shows that made none since.
            case .secret(let found) where isNew(found):
                try refuse(found, made.subject, check)
                return (
                    found, "the program \(program.name) found the new \(name) of a request whose answer was lost"
                )
            case .person: return nil
            default: break
            }
        }
        guard case .secret(let secret) = try await ask(made) else { return nil }
        try refuse(secret, made.subject, check)
        return (secret, "the program \(program.name) gave a new \(name)")
    }

    /// Runs the program once, shows what it said, and reads its answer.
    ///
    /// - Throws: as ``secret(by:looksFirst:_:isNew:check:)``.
    func ask(_ request: ProgramRequest) async throws -> ProgramAnswer {
        let run = try await program.run(request.document(for: program.path))
        let answer = run.ending.flatMap { ProgramAnswer.reading($0, to: request) }
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
        case .failure(let fault): throw refusal(fault, request.subject)
        }
    }

    private func show(_ remarks: [String], hiding secrets: [Secret]) {
        for line in remarks {
            let text = ForeignText.clean(line, hiding: secrets) ?? "(a line is left out that held a secret)"
            tell("\(program.name): \(text)")
        }
    }

    private func refuse(_ secret: Secret, _ subject: ProgramSubject, _ check: (Secret) throws -> Void) throws {
        do {
            try check(secret)
        } catch let error as RotationError {
            throw refusal(
                ProgramFault(.nonsense, "answered with a \(subject.name) that can't be used: \(error.message)"),
                subject)
        }
    }

    private func refusal(_ fault: ProgramFault, _ subject: ProgramSubject) -> OAuthError {
        OAuthError(
            fault.code,
            "\(program.name), the program that replaces the \(subject.name) of \(program.path), \(fault.words).")
    }
}
