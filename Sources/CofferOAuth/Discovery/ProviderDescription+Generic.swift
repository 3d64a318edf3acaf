// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension ProviderDescription {
    /// Describes a server by its own documents; what these do not say is taken carefully: refresh
    /// tokens are single-use without grace, and revoking anything may end the grant.
    ///
    /// - Throws: `nonsense` without a token endpoint, `unsupported` if the client cannot authenticate.
    static func generic(
        issuer: String, url: EndpointURL, metadata: ServerMetadata, allowedDomains: [String],
        overrides: DescriptionOverrides
    ) throws(OAuthError) -> ProviderDescription {
        // Where a certificate is shown, a server may have other addresses; of what a client does not call itself, as a
        // person's browser the authorization endpoint, they mean nothing (RFC 8705 §5).
        func address(_ name: String) -> String? {
            (overrides.usesCertificate ? metadata[text: name, in: "mtls_endpoint_aliases"] : nil)
                ?? metadata[text: name]
        }
        guard let token = address("token_endpoint") else {
            throw OAuthError(.nonsense, "\(url.host) names no token endpoint.")
        }
        func endpoint(_ name: String) -> EndpointTemplate? { address(name).map { EndpointTemplate($0) } }
        let endpoints = Endpoints(
            authorization: metadata[text: "authorization_endpoint"].map { EndpointTemplate($0) },
            token: EndpointTemplate(token),
            revocation: endpoint("revocation_endpoint"), introspection: endpoint("introspection_endpoint"),
            registration: endpoint("registration_endpoint"), userInfo: endpoint("userinfo_endpoint"),
            deviceAuthorization: endpoint("device_authorization_endpoint"),
            pushedAuthorization: endpoint("pushed_authorization_request_endpoint"))
        guard !endpoints.all.contains(where: \.needsAccountHost) else {
            throw OAuthError(.nonsense, "\(url.host) names an endpoint that is no URL.")
        }
        let style: ClientAuthenticationStyle
        if let stated = overrides.clientAuthentication {
            style = stated
        } else {
            style = try authenticationStyle(metadata, url)
        }
        // RFC 9449 §5.1; one that lists nothing may know it all the same.
        if overrides.dpop == true, let algorithms = metadata[list: "dpop_signing_alg_values_supported"],
            !algorithms.contains(SigningKey.Algorithm.es256.rawValue)
        {
            throw OAuthError(.unsupported, "\(url.host) binds tokens to no key of the kind ES256, which Coffer makes.")
        }
        let challenges = metadata[list: "code_challenge_methods_supported"]
        let description = ProviderDescription(
            id: url.authority, displayName: url.host, issuer: issuer, endpoints: endpoints,
            domains: [url.host] + allowedDomains,
            clientAuthentication: style,
            authorizationRequest: AuthorizationRequestStyle(
                // A server that does not say ignores what it does not know (RFC 6749 §3.1).
                pkce: challenges?.contains("S256") ?? true,
                iss: metadata[flag: "authorization_response_iss_parameter_supported"]),
            refreshTokens: RefreshTokenBehaviour(),
            secretReplacement: endpoints.registration == nil ? .operator(.generic) : .rfc7592,
            secretProbe: secretProbe(endpoints, metadata), tokenProbe: tokenProbe(endpoints),
            // Only OpenID providers say how they sign ID tokens (OpenID Connect Discovery §3: required).
            accountLookup: metadata[list: "id_token_signing_alg_values_supported"] == nil ? .none : .idToken,
            narrowing: exchangesTokens(metadata) ? .exchange : nil)
        return overrides.applied(to: description)
    }

    /// Basic is what every server must know (RFC 6749 §2.3.1), and the default of the list (RFC 8414 §2).
    private static func authenticationStyle(
        _ metadata: ServerMetadata, _ url: EndpointURL
    ) throws(OAuthError) -> ClientAuthenticationStyle {
        let methods = metadata[list: "token_endpoint_auth_methods_supported"] ?? ["client_secret_basic"]
        if methods.contains("client_secret_basic") { return .basicFormEncoded }
        if methods.contains("client_secret_post") || methods.contains("none") { return .post }
        let others = methods.filter { method in
            ProviderDescription.ClientAuthenticationStyle.allCases.contains { $0.registeredName == method }
        }
        let advice = others.isEmpty ? "" : " Choose with --client-auth: \(others.joined(separator: ", "))."
        throw OAuthError(
            .unsupported, "\(url.host) accepts no client secret, neither as Basic nor in the body.\(advice)")
    }

    /// Questions that mint nothing come first.
    private static func secretProbe(_ endpoints: Endpoints, _ metadata: ServerMetadata) -> SecretProbeMethod {
        if endpoints.introspection != nil { return .introspection }
        if endpoints.revocation != nil { return .revocation }
        let grants = metadata[list: "grant_types_supported"] ?? []
        return grants.contains("client_credentials") ? .clientCredentials : .authorizationCode
    }

    /// A server that lists the grant (RFC 8414 §2) has a way to narrow a token that touches no refresh token.
    private static func exchangesTokens(_ metadata: ServerMetadata) -> Bool {
        metadata[list: "grant_types_supported"]?.contains(TokenPurpose.tokenExchange.rawValue) ?? false
    }

    private static func tokenProbe(_ endpoints: Endpoints) -> TokenProbeMethod {
        if endpoints.introspection != nil { return .introspection }
        return endpoints.userInfo.map { .api(path: $0.text) } ?? .none
    }
}
