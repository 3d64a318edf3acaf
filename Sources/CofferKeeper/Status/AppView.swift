// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// An app as lists show it; no secret in it.
package struct AppView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, provider
        case providerName = "provider_name"
        case clientID = "client_id"
        case redirectURI = "redirect_uri"
        case connectionCount = "connections"
        case isFrozen = "frozen"
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

    init(_ path: CredentialPath, _ record: AppRecord, connectionCount: Int) {
        self.path = path.description
        provider = record.providerID
        providerName = record.providerName
        clientID = record.displayClientID
        redirectURI = record.registration?.redirectURI
        self.connectionCount = connectionCount
        isFrozen = record.frozenBy != nil
    }
}
