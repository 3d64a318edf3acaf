// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// Reads an authorization server's description of itself.
///
/// Both documents are fetched, since some servers name revocation and registration in RFC 8414's
/// only. No secret is sent.
package struct Discovery: Sendable {
    private let transport: any HTTPTransport
    private let deadline: Duration

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - transport: what requests are sent by.
    ///   - deadline: one for each request.
    package init(transport: any HTTPTransport, deadline: Duration = .seconds(30)) {
        self.transport = transport
        self.deadline = deadline
    }

    /// Describes a server.
    ///
    /// - Parameters:
    ///   - issuer: exactly as the server names itself, its final slash or the lack of it included.
    ///   - trust: whom the app trusts.
    ///   - allowedDomains: other host suffixes than the issuer's host that endpoints may be on.
    ///   - overrides: what is known better.
    /// - Returns: the description, whose endpoints were all approved.
    /// - Throws: ``OAuthError``: `refused_host`, `plain_http`, `certificate`, `unreachable`,
    ///   `invalid_issuer`, `redirect`, `nonsense`, or `unsupported` if no way to authenticate is ours.
    package func describe(
        issuer: String, trust: TrustSettings, allowedDomains: [String] = [],
        overrides: DescriptionOverrides = DescriptionOverrides()
    ) async throws -> ProviderDescription {
        let url = try EndpointURL(issuer)
        guard !issuer.contains("?") else {
            throw OAuthError(.invalidIssuer, "An issuer is a URL without a query (RFC 8414 §2).")
        }
        let documents = try await documents(of: issuer, url, trust)
        let metadata = ServerMetadata(documents)
        let description = try ProviderDescription.generic(
            issuer: issuer, url: url, metadata: metadata, allowedDomains: allowedDomains, overrides: overrides)
        let rule = HostRule(description, trust: trust)
        for endpoint in description.endpoints.all {
            let address = try EndpointURL(endpoint.text)
            guard rule.isUnderDomains(address.host) else {
                throw OAuthError(
                    .refusedHost,
                    """
                    \(url.host) names an address at \(address.host), where no secret goes on its word alone; if that host is \
                    the server's own, describe it in a file: docs/provider-descriptions.md.
                    """)
            }
            _ = try rule.approve(endpoint, accountHost: nil)
        }
        return description
    }

    /// The documents that name the issuer exactly; of others nothing may be used (RFC 8414 §3.3).
    private func documents(of issuer: String, _ url: EndpointURL, _ trust: TrustSettings) async throws -> [JSONValue] {
        var documents: [JSONValue] = []
        var foreignIssuer: String?
        var failure = OAuthError(.invalidIssuer, "\(url.authority) describes itself at neither well-known address.")
        for address in Self.addresses(of: url) {
            do {
                guard let document = try await fetch(address, url, trust) else { continue }
                // Byte by byte (RFC 8414 §3.3): Swift's own comparison takes a Kelvin sign for a K.
                if case .text? = document["issuer"],
                    document["issuer"]?.plainText?.utf8.elementsEqual(issuer.utf8) == true
                {
                    documents.append(document)
                } else {
                    foreignIssuer = document["issuer"]?.plainText ?? ""
                }
            } catch let error as OAuthError {
                failure = error
            }
        }
        guard documents.isEmpty else { return documents }
        if let foreignIssuer {
            let name = ForeignText.clean(foreignIssuer, hiding: []) ?? "nobody"
            throw OAuthError(
                .invalidIssuer, "The server calls itself \(name); give the issuer exactly so, slash included.")
        }
        throw failure
    }

    /// RFC 8414 §3.1 puts the well-known part between host and path, OpenID Connect Discovery §4.1 behind
    /// the path; both want a final slash removed first.
    private static func addresses(of issuer: EndpointURL) -> [String] {
        let base = "\(issuer.scheme)://\(issuer.authority)"
        let path = issuer.path.hasSuffix("/") ? String(issuer.path.dropLast()) : issuer.path
        return [
            "\(base)/.well-known/oauth-authorization-server\(path)",
            "\(base)\(path)/.well-known/openid-configuration",
        ]
    }

    /// One document; `nil` if there is none at that address.
    private func fetch(_ address: String, _ issuer: EndpointURL, _ trust: TrustSettings) async throws -> JSONValue? {
        let destination = try HostRule.approve(
            EndpointURL(address), explicitPorts: issuer.explicitPort.map { [$0] } ?? [], trust: trust)
        let request = HTTPMessage(.get, destination, headers: [("Accept", "application/json")], trust: trust)
        switch await transport.send(request, deadline: deadline) {
        case .answered(let answer):
            switch answer.status {
            case 200: break
            case 300..<400:
                throw OAuthError(
                    .redirect, "\(issuer.host) redirects from its well-known address, which is not followed.")
            case 500...: throw OAuthError(.unreachable, "\(issuer.host) answered \(answer.status).")
            default: return nil
            }
            let reading = JSONReader.read(answer.body)
            guard reading.isWhole, let document = reading.value, case .object = document else {
                throw OAuthError(.nonsense, "\(issuer.host) describes itself with something that is no JSON object.")
            }
            return document
        case .notSent(let failure), .lost(let failure): throw OAuthError(failure)
        }
    }
}
