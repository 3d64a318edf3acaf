// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferOAuth

/// An app as lists show it; no secret in it.
package struct AppView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, provider
        case providerName = "provider_name"
        case clientID = "client_id"
        case redirectURI = "redirect_uri"
        case connectionCount = "connections"
        case isFrozen = "frozen"
        case clientAuthentication = "client_auth"
        case publicKeys = "jwks"
        case certificateThumbprint = "certificate_thumbprint"
        case maximumLifetimeSeconds = "maximum_lifetime_seconds"
        case descriptionDiffers = "description_differs"
    }

    /// The path.
    package let path: String
    /// The provider's id.
    package let provider: String
    /// The provider's name.
    package let providerName: String
    /// The client id.
    package let clientID: String
    /// Where the browser comes back to; nil for a reader.
    package let redirectURI: String?
    /// How many accounts are connected.
    package let connectionCount: Int
    /// Whether a rotation keeps it from refreshing.
    package let isFrozen: Bool

    /// How the client proves who it is, as RFC 7591 §2 names it; nil for a reader.
    package let clientAuthentication: String?
    /// What is registered at the provider of the key that signs for the app, if one does.
    package let publicKeys: PublicKeySet?
    /// SHA-256 of the certificate that the app shows, in base64url (RFC 8705 §3.1 `x5t#S256`).
    package let certificateThumbprint: String?
    /// The longest that an access token is taken to live, in seconds, where that was said; nil for a reader.
    package let maximumLifetimeSeconds: Int64?
    /// Whether an app that is added now would have another description; nil where that was not asked or can't be told.
    package var descriptionDiffers: Bool?

    init(_ path: CredentialPath, _ record: AppRecord, connectionCount: Int) {
        self.path = path.description
        provider = record.providerID
        providerName = record.providerName
        clientID = record.displayClientID
        clientAuthentication = record.registration.map {
            $0.isConfidential ? $0.provider.clientAuthentication.registeredName : "none"
        }
        publicKeys = record.registration?.clientKey?.publicKeySet
        certificateThumbprint = record.registration?.trust.clientCertificate?.thumbprint
        redirectURI = record.registration?.redirectURI
        maximumLifetimeSeconds = record.registration?.maximumLifetime?.components.seconds
        self.connectionCount = connectionCount
        isFrozen = record.frozenBy != nil
    }
}
