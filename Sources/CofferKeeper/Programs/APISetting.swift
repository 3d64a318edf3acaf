// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDrivers
import CofferOAuth

/// The vendor's administration API that replaces one app's `client_secret` on this machine: one row of ``ProgramSettings``.
///
/// It holds no secret: the credential is an entry of the vault, and only named. Where that credential goes, and whom to
/// believe there, stands here alone: whoever may write the app's entry can't have it sent elsewhere.
package struct APISetting: Sendable, Equatable, Codable {
    private enum CodingKeys: String, CodingKey {
        case vault, app, api, credential
        case clientID = "client_id"
        case address = "admin_url"
        case keepsTwo = "two_secrets"
        case certificateAuthorityPEM = "certificate_authority"
        case allowsPrivateNetwork = "private_network"
    }

    /// The vault's id.
    let vault: String
    /// The app's path.
    let app: String
    /// The client id that the app had when this was set.
    let clientID: String
    /// The vendor, as ``SecretAPIKind`` names it.
    let api: String
    /// The address of the API.
    let address: String
    /// The path of the entry that holds its credential.
    let credential: String
    /// Whether two secrets can be in force, where the vendor leaves that open.
    let keepsTwo: Bool
    /// The authority that the app trusted when this was set.
    let certificateAuthorityPEM: String?
    /// Whether the app's hosts might be private addresses when this was set.
    let allowsPrivateNetwork: Bool

    /// The vendor; nil for one that only a newer program knows.
    var kind: SecretAPIKind? { SecretAPIKind(rawValue: api) }

    /// Where requests go.
    var adminAddress: AdminAddress {
        get throws(OAuthError) {
            try AdminAddress(
                address,
                trust: TrustSettings(
                    certificateAuthorityPEM: certificateAuthorityPEM, allowsPrivateNetwork: allowsPrivateNetwork))
        }
    }

    /// Whether it can be used as it stands.
    var isSound: Bool {
        kind != nil && (try? adminAddress) != nil && (try? CredentialPath(credential)) != nil
    }
}
