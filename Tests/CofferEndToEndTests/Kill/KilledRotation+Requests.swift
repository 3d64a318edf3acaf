// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferSandbox

// What the drivers send.

extension KilledRotation.Hands {
    /// Those who ask a server.
    static let asking: [KilledRotation.Hands] = [
        .okta, .microsoft, .auth0, .gitlab, .keycloak, .keycloakWithTwo, .keycloakUntold, .registration,
    ]

    /// The vendor whose API is asked, as `--api` has it.
    var vendor: String? {
        switch self {
        case .okta, .microsoft, .auth0, .gitlab: rawValue
        case .keycloak, .keycloakWithTwo, .keycloakUntold: "keycloak"
        default: nil
        }
    }

    /// Where below the vendor's address that is, which is a realm's at Keycloak.
    var place: String {
        switch self {
        case .keycloak: "/admin/realms/staff"
        case .keycloakWithTwo, .keycloakUntold: "/admin/realms/rotating"
        default: ""
        }
    }

    /// Where the requests go.
    var endpoint: Endpoint { self == .registration ? .registration : .administration }

    /// How many requests it takes until a new secret is had, and with the removal of the old one.
    var requestCounts: (untilMade: Int, inAll: Int) {
        switch self {
        // A list, and the new secret; a list, and the removal, in two steps at Okta.
        case .okta: (2, 5)
        case .microsoft: (2, 4)
        // The new secret alone.
        case .auth0: (1, 1)
        // A list, or the registration as it is, and the new secret.
        case .gitlab, .registration: (2, 2)
        // The client, the new secret, and the end of the one before, whether there is one or not.
        case .keycloak, .keycloakUntold: (3, 3)
        // The client, its secret, and the new one; the client, both secrets, and the end of the one before.
        case .keycloakWithTwo: (3, 7)
        default: (0, 0)
        }
    }

    /// Whether a secret whose answer was lost can't be read again, so that another is made.
    var showsOnce: Bool { self == .microsoft || self == .gitlab }

    /// Whether a request makes a secret.
    func makesSecret(_ record: RequestRecord) -> Bool {
        switch self {
        case .registration: record.method == "PUT"
        // Of their other ones only Microsoft Entra's removal has a body.
        case .okta, .microsoft:
            record.method == "POST" && !record.fieldNames.isEmpty && record.fieldNames != ["keyId"]
        default: record.method == "POST"
        }
    }
}
