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
    }

    /// The version of the document and of its answer.
    static let version = "1"

    /// What it is to do.
    let operation: Operation

    private let registration: ClientRegistration
    private let rotation: RotationID?
    private let attempt: Int?
    private let mayHaveBeenSent: Bool?
    private let unwanted: [Secret]
    private let old: Secret?

    /// Asks for a secret, or what became of such a request.
    init(_ operation: Operation, _ order: ReplacementOrder) {
        self.operation = operation
        registration = order.registration
        rotation = order.rotation
        attempt = order.attempt
        mayHaveBeenSent = operation == .inspect ? nil : order.mayHaveBeenSent
        unwanted = order.unwanted
        old = nil
    }

    /// Asks for the removal of the old secret.
    init(_ order: RemovalOrder) {
        operation = .remove
        registration = order.registration
        rotation = order.rotation
        attempt = nil
        mayHaveBeenSent = nil
        unwanted = []
        old = order.old
    }

    /// Every secret of the document.
    var secrets: [Secret] { [registration.clientSecret, old].compactMap(\.self) + unwanted }

    /// The document.
    ///
    /// - Parameter app: the app's path.
    /// - Returns: the JSON text.
    func document(for app: String) -> Secret {
        let provider = registration.provider
        var members: [(String, JSONValue?)] = [
            ("version", .number(Self.version)), ("operation", .text(Secret(operation.rawValue))),
            ("app", .text(Secret(app))), ("provider", .text(Secret(provider.id))),
            ("issuer", provider.issuer.map { .text(Secret($0)) }), ("client_id", .text(Secret(registration.clientID))),
            ("rotation", rotation.map { .text(Secret($0.description)) }), ("attempt", attempt.map { .number("\($0)") }),
            ("may_have_been_sent", mayHaveBeenSent.map { .bool($0) }),
            ("client_secret", registration.clientSecret.map { .text($0) }),
        ]
        if operation == .remove {
            members.append(("old_secret", old.map { .text($0) }))
        } else {
            members.append(("unwanted_secrets", .array(unwanted.map { .text($0) })))
        }
        return JSONValue.object(
            members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } }
        ).encoded
    }
}
