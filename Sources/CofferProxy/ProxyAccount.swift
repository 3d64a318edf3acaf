// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
package import CofferCredentials
import CofferHTTP
import NIOSSL

/// The account that the proxy leads to, and to no other.
package struct ProxyAccount: Sendable {
    /// How long one sending may take, until the header of its answer is there, and how long may pass within an answer: 60 s.
    ///
    /// Twice what a client of an API gets by itself: a large body is sent within it.
    static let timeout = Duration.seconds(60)

    /// The connection.
    package let path: CredentialPath
    /// Whose API it is: `amocrm`, or a provider that nothing special is known of.
    package let providerID: String
    /// The account's own host, with a port if it has one; nil where the vendor has one host for all.
    package let host: String?
    /// Certificate authorities in PEM to believe besides the system's.
    package let certificateAuthorityPEM: String?
    /// Where tokens go if the account has no host of its own.
    package let origin: String?

    /// Describes one.
    package init(
        path: CredentialPath, providerID: String, host: String?, certificateAuthorityPEM: String? = nil,
        origin: String? = nil
    ) {
        self.path = path
        self.providerID = providerID
        self.host = host
        self.certificateAuthorityPEM = certificateAuthorityPEM
        self.origin = origin
    }

    /// How its vendor says what must be heeded.
    private var dialect: APIDialect {
        switch providerID {
        case "amocrm", "kommo": .amocrm
        case "bitrix24": .bitrix24
        default: .standard
        }
    }

    /// A client of its API.
    ///
    /// - Parameter credentials: Whom to ask for tokens, and for room under the API's limits where it knows them.
    /// - Returns: a client that sends tokens to the account's own host and to ``origin``, and to no other.
    /// - Throws: ``ProxyError`` `misconfigured`; `CredentialError` `misconfigured` for an origin that is none.
    func client(_ credentials: any CredentialProvider) throws -> APIClient {
        guard host != nil || origin != nil else {
            throw ProxyError(
                .misconfigured, "\(path) has no host of its own; name its API's with --origin https://HOST")
        }
        var configuration = APIClient.Configuration(
            dialect: dialect, origins: [origin].compactMap(\.self), http: try http())
        configuration.timeout = Self.timeout
        return try APIClient(credentials, configuration: configuration)
    }

    private func http() throws(ProxyError) -> HTTPClient.Configuration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let certificateAuthorityPEM {
            let certificates = (try? NIOSSLCertificate.fromPEMBytes(Array(certificateAuthorityPEM.utf8))) ?? []
            guard !certificates.isEmpty else {
                throw ProxyError(.misconfigured, "the app's own certificate authority is not PEM")
            }
            tls.additionalTrustRoots = [.certificates(certificates)]
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        // One connection of a client asks for one thing at a time.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = ProxyServer.capacity
        if let name = host?.prefix(while: { $0 != ":" }), name == "localhost" || name.hasSuffix(".localhost") {
            // RFC 6761 §6.3: nobody is asked where these are.
            configuration.dnsOverride[String(name)] = "127.0.0.1"
        }
        return configuration
    }
}
