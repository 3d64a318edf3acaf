// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// What a program replaces, as its document tells it.
enum ProgramSubject: Sendable {
    /// The `client_secret` of an app.
    case clientSecret(ClientRegistration)
    /// A static secret, with the value in force.
    case value(Secret)

    /// What it is called in sentences, and the member that it stands under in documents and answers.
    var name: String {
        switch self {
        case .clientSecret: "client_secret"
        case .value: "value"
        }
    }

    /// What the names of other members end with: `old_secret`, `unwanted_values`.
    var noun: String {
        switch self {
        case .clientSecret: "secret"
        case .value: "value"
        }
    }

    /// What is in force.
    var present: Secret? {
        switch self {
        case .clientSecret(let registration): registration.clientSecret
        case .value(let value): value
        }
    }

    /// The members that say whose it is.
    func members(at path: String) -> [(String, JSONValue?)] {
        switch self {
        case .clientSecret(let registration):
            let provider = registration.provider
            return [
                ("app", .text(Secret(path))), ("provider", .text(Secret(provider.id))),
                ("issuer", provider.issuer.map { .text(Secret($0)) }),
                ("client_id", .text(Secret(registration.clientID))),
            ]
        case .value: return [("path", .text(Secret(path)))]
        }
    }
}
