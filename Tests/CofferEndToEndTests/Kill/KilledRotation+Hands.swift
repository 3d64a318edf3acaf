// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox

extension KilledRotation {
    /// Who replaces the secret.
    enum Hands: String, Sendable {
        /// A person, at a provider that keeps one.
        case person
        /// A person, at a provider that keeps two.
        case personWithTwo
        /// A person who deletes the client and adds it anew, which has another id.
        case personAnew
        /// A person who adds another client beside the old one, and deletes that at the end.
        case personBeside
        /// The driver over Okta's API, which keeps two and shows them.
        case okta
        /// The driver over Microsoft Entra's, which keeps many and shows each once.
        case microsoft
        /// The driver over Auth0's, which shows the only one.
        case auth0
        /// The driver over GitLab's, which shows the only one once.
        case gitlab
        /// The driver over Keycloak's, of a realm that ends the old one at once.
        case keycloak
        /// The same, of a realm that keeps the one before, as Coffer was told.
        case keycloakWithTwo
        /// The same, as Coffer was not told.
        case keycloakUntold
        /// The driver over the registration endpoint (RFC 7592).
        case registration
        /// A program, of a static secret.
        case program

        /// Whether nothing is requested by Coffer itself.
        var isPerson: Bool { [.person, .personWithTwo, .personAnew, .personBeside].contains(self) }

        /// Whether the client id changes with the secret, so that a person connects the account again.
        var isAnew: Bool { self == .personAnew || self == .personBeside }

        /// Whether the old secret is in force until a program has it removed.
        var keepsTwo: Bool { [.okta, .microsoft, .keycloakWithTwo, .program].contains(self) }

        /// Where the account is.
        var provider: SandboxProvider { self == .person ? .amocrm : isAnew ? .bitrix24 : .strict }

        /// The path of what is rotated.
        var app: String {
            switch self {
            case .personWithTwo: "main/two"
            case .auth0: "main/quick"
            case .registration: "main/new"
            case .program: "main/hook"
            default: World.app
            }
        }
    }
}
