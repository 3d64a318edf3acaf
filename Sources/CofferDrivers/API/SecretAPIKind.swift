// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The vendors whose administration API Coffer knows; the raw value is the driver's name in plans, reports and commands.
package enum SecretAPIKind: String, Sendable, CaseIterable {
    /// Auth0's Management API.
    case auth0
    /// GitLab's Applications API, of an instance.
    case gitlab
    /// Keycloak's Admin REST API.
    case keycloak
    /// Microsoft Graph, for Entra ID.
    case microsoft
    /// Okta's Apps API.
    case okta

    /// The vendor's name, for people.
    package var vendor: String {
        switch self {
        case .auth0: "Auth0"
        case .gitlab: "GitLab"
        case .keycloak: "Keycloak"
        case .microsoft: "Microsoft Entra"
        case .okta: "Okta"
        }
    }

    /// Whether the vendor keeps two secrets side by side; nil where a realm's settings decide that.
    package var keepsTwo: Bool? {
        switch self {
        case .auth0, .gitlab: false
        case .keycloak: nil
        case .microsoft, .okta: true
        }
    }

    /// How long the vendor may take until another secret counts everywhere, whoever made it, where no description says it.
    ///
    /// Source: https://auth0.com/docs/get-started/applications/rotate-client-secret, read 2026-11-22.
    var propagation: Duration {
        switch self {
        case .auth0: .seconds(30)
        case .gitlab, .keycloak, .microsoft, .okta: .zero
        }
    }
}
