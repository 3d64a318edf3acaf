// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth
import CofferRotation

/// The driver of a static secret that is a program of the operator's; docs/command-driver.md is its contract.
///
/// As ``CommandDriver``, and it can be asked whether a value is accepted: Coffer itself knows nothing of where one is used.
package struct ValueCommandDriver: Sendable {
    private let asked: AskedProgram

    /// Makes a driver.
    ///
    /// - Parameters:
    ///   - program: what is run.
    ///   - tell: shows a person a line of the program's standard error, cleaned.
    package init(_ program: any SecretProgram, tell: @escaping @Sendable (String) -> Void = { _ in }) {
        asked = AskedProgram(program: program, tell: tell)
    }

    /// Why a person is asked where the program answers that one must.
    package var handsOver: String { asked.handsOver }

    /// Has the program make a new value, or find the one that a lost request has made.
    ///
    /// - Parameters:
    ///   - order: what is to be replaced.
    ///   - isSecond: whether the present value stays in force beside it.
    /// - Returns: the value, and how it was come by; nil where a person must make one.
    /// - Throws: `OAuthError` for a run that failed, an answer that is none, or a value that no JSON can hold.
    package func newValue(
        _ order: ValueOrder, isSecond: Bool
    ) async throws -> (value: Secret, evidence: String)? {
        try requireText([order.value] + order.unwanted)
        let made = try await asked.secret(
            by: isSecond ? .add : .replace, looksFirst: order.mayHaveBeenSent, { ProgramRequest($0, order) },
            isNew: order.isNew, check: { try Self.check($0, order) })
        return made.map { ($0.secret, $0.evidence) }
    }

    /// Has the program end a value that is in force no more.
    ///
    /// - Parameters:
    ///   - old: which one.
    ///   - order: the rotation, and the value that stays.
    /// - Returns: how it is known to be gone; nil where a person must end it.
    /// - Throws: as ``newValue(_:isSecond:)``.
    package func remove(_ old: Secret, _ order: ValueOrder) async throws -> String? {
        try requireText([order.value, old])
        guard case .removed = try await asked.ask(ProgramRequest(removing: old, order)) else { return nil }
        return "the program \(asked.program.name) ended the old value"
    }

    /// Asks the program whether a value is accepted where it is used.
    ///
    /// - Parameters:
    ///   - candidate: the value.
    ///   - order: the rotation, and the value in force.
    /// - Returns: what it answers; a run that failed tells nothing, and hinders nothing.
    /// - Throws: what hinders the start; `CancellationError`.
    package func verdict(on candidate: Secret, _ order: ValueOrder) async throws -> ProbeVerdict {
        let name = asked.program.name
        do {
            try requireText([order.value, candidate])
            switch try await asked.ask(ProgramRequest(checking: candidate, order)) {
            case .accepted: return .accepted(evidence: "the program \(name) says that it is accepted")
            case .refused: return .refused(evidence: "the program \(name) says that it is refused")
            default: return .unknown(evidence: "the program \(name) can't tell")
            }
        } catch let error as OAuthError {
            return .unknown(evidence: error.message)
        }
    }

    /// What is not UTF-8 has no form in JSON (RFC 8259 §8.1).
    private func requireText(_ values: [Secret]) throws {
        let isText = values.allSatisfy { value in
            value.withExposedBytes { String(validating: $0, as: UTF8.self) != nil }
        }
        guard isText else {
            throw OAuthError(
                .configuration,
                """
                The value of \(asked.program.path) is no text, so that no program can be told it; do it by hand with \
                coffer rotate resume --by-hand.
                """)
        }
    }

    /// A key has lines, and a table tabs; other control characters are in no value that a program makes.
    private static func check(_ value: Secret, _ order: ValueOrder) throws(RotationError) {
        guard !value.isEmpty else { throw RotationError(.unusableSecret, "it is empty") }
        let isClean = value.withExposedBytes { bytes in
            bytes.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || [0x09, 0x0A, 0x0D].contains($0) }
        }
        guard isClean else { throw RotationError(.unusableSecret, "it holds a control character") }
        guard order.isNew(value) else {
            throw RotationError(.unusableSecret, "it is the old one, or one that is not wanted")
        }
    }
}
