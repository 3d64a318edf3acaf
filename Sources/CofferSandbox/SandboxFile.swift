// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import Foundation

/// `sandbox.json`: everything a demo or script needs to use a running sandbox, as it was at the start.
///
/// It is not rewritten when a secret is regenerated: then `GET /operator` shows the present one.
package struct SandboxFile: Codable, Sendable, Equatable {
    /// An account in the file.
    package struct Entry: Codable, Sendable, Equatable {
        /// The stable numeric id.
        package let id: Int
        /// The subdomain.
        package let name: String
        /// The host with its port; absent where accounts have none of their own.
        package let host: String?
    }

    /// The version of this format.
    package let version: Int
    /// The provider that is emulated.
    package let provider: SandboxProvider
    /// `https://amocrm.localhost:PORT`.
    package let baseURL: String
    /// The port on 127.0.0.1.
    package let port: Int
    /// The authority to trust, PEM.
    package let caFile: String
    /// Where a person grants access; `client_id` and `state` go into the query.
    package let authorizationURL: String
    /// Where a person regenerates the secret.
    package let operatorURL: String
    /// The first integration's id.
    package let clientID: String
    /// The first integration's secret at the start.
    package let clientSecret: String
    /// The first integration's redirect URI.
    package let redirectURI: String
    /// The accounts.
    package let accounts: [Entry]

    enum CodingKeys: String, CodingKey {
        case version, provider, port, accounts
        case baseURL = "base_url"
        case caFile = "ca_file"
        case authorizationURL = "authorization_url"
        case operatorURL = "operator_url"
        case clientID = "client_id"
        case clientSecret = "client_secret"
        case redirectURI = "redirect_uri"
    }

    /// Describes a running sandbox.
    package init(_ sandbox: Sandbox) {
        version = 1
        provider = sandbox.provider
        baseURL = sandbox.baseURL
        port = sandbox.port
        caFile = sandbox.caFile
        authorizationURL = sandbox.authorizationURL
        operatorURL = sandbox.operatorURL
        clientID = sandbox.integration.clientID
        clientSecret = sandbox.integration.clientSecret
        redirectURI = sandbox.integration.redirectURI
        accounts = sandbox.accounts.map {
            Entry(id: $0.id, name: $0.name, host: sandbox.hasAccountHosts ? sandbox.host(of: $0) : nil)
        }
    }

    /// The file's text.
    package func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
