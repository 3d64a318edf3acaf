// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// What a program is asked: the one JSON document on its standard input; docs/command-driver.md lists its members.
struct ProgramRequest: Sendable {
    /// What it is to do.
    enum Operation: String, Sendable {
        /// Look what an earlier request of the same rotation and attempt has made; change nothing.
        case inspect
        /// Replace the secret; the old one is dead afterwards.
        case replace
        /// Make a second secret beside the one in force.
        case add
        /// Remove the old secret, which is not in force any more.
        case remove
        /// Say whether a value is accepted where it is used; change nothing. Of static secrets only.
        case check
    }

    /// The version of the document and of its answer.
    static let version = "1"

    /// What it is to do.
    let operation: Operation
    /// With what.
    let subject: ProgramSubject

    private let rotation: RotationID?
    private var attempt: Int?
    private var mayHaveBeenSent: Bool?
    private var unwanted: [Secret]?
    /// What is to be removed.
    private var old: Secret?
    /// What is to be tried.
    private var candidate: Secret?

    /// Asks for a `client_secret`, or what became of such a request.
    init(_ operation: Operation, _ order: ReplacementOrder) {
        self.operation = operation
        subject = .clientSecret(order.registration)
        rotation = order.rotation
        attempt = order.attempt
        mayHaveBeenSent = operation == .inspect ? nil : order.mayHaveBeenSent
        unwanted = order.unwanted
    }

    /// Asks for the removal of the old `client_secret`.
    init(_ order: RemovalOrder) {
        operation = .remove
        subject = .clientSecret(order.registration)
        rotation = order.rotation
        old = order.old
    }

    /// Asks for a value of a static secret, or what became of such a request.
    init(_ operation: Operation, _ order: ValueOrder) {
        self.operation = operation
        subject = .value(order.value)
        rotation = order.rotation
        attempt = order.attempt
        mayHaveBeenSent = operation == .inspect ? nil : order.mayHaveBeenSent
        unwanted = order.unwanted
    }

    /// Asks for the removal of an old value.
    init(removing old: Secret, _ order: ValueOrder) {
        operation = .remove
        subject = .value(order.value)
        rotation = order.rotation
        self.old = old
    }

    /// Asks whether a value is accepted.
    init(checking candidate: Secret, _ order: ValueOrder) {
        operation = .check
        subject = .value(order.value)
        rotation = order.rotation
        self.candidate = candidate
    }

    /// Every secret of the document.
    var secrets: [Secret] { [subject.present, old, candidate].compactMap(\.self) + (unwanted ?? []) }

    /// The document.
    ///
    /// - Parameter path: the path of the app or the static secret.
    /// - Returns: the JSON text.
    func document(for path: String) -> Secret {
        let head: [(String, JSONValue?)] = [
            ("version", .number(Self.version)), ("operation", .text(Secret(operation.rawValue))),
            ("subject", .text(Secret(subject.name))),
        ]
        let rest: [(String, JSONValue?)] = [
            ("rotation", rotation.map { .text(Secret($0.description)) }), ("attempt", attempt.map { .number("\($0)") }),
            ("may_have_been_sent", mayHaveBeenSent.map { .bool($0) }),
            (subject.name, subject.present.map { .text($0) }), ("old_\(subject.noun)", old.map { .text($0) }),
            ("unwanted_\(subject.noun)s", unwanted.map { .array($0.map { .text($0) }) }),
            ("candidate", candidate.map { .text($0) }),
        ]
        let members = head + subject.members(at: path) + rest
        return JSONValue.object(
            members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } }
        ).encoded
    }
}
