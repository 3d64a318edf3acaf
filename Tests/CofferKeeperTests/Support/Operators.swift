// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSandbox
import Synchronization

/// An operator who clicks in the sandbox once and pastes what its page shows, however often asked.
struct ClickingOperator: RotationOperator {
    let sandbox: Sandbox
    private let old: String

    init(sandbox: Sandbox) {
        self.init(sandbox: sandbox, replacing: sandbox.integration.clientSecret)
    }

    init(sandbox: Sandbox, replacing old: String) {
        self.sandbox = sandbox
        self.old = old
    }

    func isPresent() async -> Bool { true }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        if sandbox.integration.clientSecret == old { try sandbox.regenerateSecret(of: sandbox.integration) }
        return Secret(sandbox.integration.clientSecret)
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { true }
}

/// An operator who says what a test tells, and notes what was wrong with it.
final class ScriptedOperator: RotationOperator {
    private let isThere: Bool
    private let answers: Mutex<[@Sendable () -> String?]>
    private let noted = Mutex<[String?]>([])

    init(isPresent: Bool = true, _ answers: [@Sendable () -> String?]) {
        isThere = isPresent
        self.answers = Mutex(answers)
    }

    /// The problems it was told of, nil for a first question.
    var problems: [String?] { noted.withLock { $0 } }

    func isPresent() async -> Bool { isThere }

    func readyToClick(_ request: OperatorRequest) async throws -> Bool { isThere }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        noted.withLock { $0.append(problem) }
        let answer = answers.withLock { $0.isEmpty ? nil : $0.removeFirst()() }
        return answer.map { Secret($0) }
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { false }
}

/// An operator who looks at something before pasting.
struct CheckingOperator: RotationOperator {
    private let person: any RotationOperator
    private let look: @Sendable () async throws -> Void

    init(_ person: any RotationOperator, _ look: @escaping @Sendable () async throws -> Void) {
        self.person = person
        self.look = look
    }

    func isPresent() async -> Bool { await person.isPresent() }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { try await person.readyToClick(request) }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        try await look()
        return try await person.newSecret(request, problem: problem)
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { try await person.hasRemoved(request) }
}
