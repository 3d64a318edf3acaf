// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What the person who adds an app knows better than a document or a default.
package struct DescriptionOverrides: Sendable, Codable, Equatable {
    /// How the client proves who it is.
    package var clientAuthentication: ProviderDescription.ClientAuthenticationStyle?
    /// How refresh tokens behave.
    package var refreshTokens: RefreshTokenBehaviour?
    /// What revoking one token ends.
    package var revocationReach: ProviderDescription.RevocationReach?
    /// How a `client_secret` is proven.
    package var secretProbe: ProviderDescription.SecretProbeMethod?
    /// Whether the app shows a certificate, for which a server may have addresses of its own (RFC 8705 §5).
    package var usesCertificate: Bool
    /// How a narrower token is had.
    package var narrowing: ProviderDescription.NarrowingMethod?
    /// Whether tokens are bound to a key of the connection's own (RFC 9449).
    package var dpop: Bool?
    /// Whom assertions are for.
    package var assertionAudience: ProviderDescription.AssertionAudience?

    /// States what is known better; nothing by default.
    package init(
        clientAuthentication: ProviderDescription.ClientAuthenticationStyle? = nil,
        refreshTokens: RefreshTokenBehaviour? = nil, revocationReach: ProviderDescription.RevocationReach? = nil,
        secretProbe: ProviderDescription.SecretProbeMethod? = nil, usesCertificate: Bool = false, dpop: Bool? = nil,
        assertionAudience: ProviderDescription.AssertionAudience? = nil,
        narrowing: ProviderDescription.NarrowingMethod? = nil
    ) {
        self.clientAuthentication = clientAuthentication
        self.refreshTokens = refreshTokens
        self.revocationReach = revocationReach
        self.secretProbe = secretProbe
        self.usesCertificate = usesCertificate
        self.narrowing = narrowing
        self.dpop = dpop
        self.assertionAudience = assertionAudience
    }

    /// The description with what is known better in it.
    package func applied(to description: ProviderDescription) -> ProviderDescription {
        var description = description
        description.clientAuthentication = clientAuthentication ?? description.clientAuthentication
        description.refreshTokens = refreshTokens ?? description.refreshTokens
        description.revocationReach = revocationReach ?? description.revocationReach
        description.dpop = dpop ?? description.dpop
        description.assertionAudience = assertionAudience ?? description.assertionAudience
        description.secretProbe = secretProbe ?? description.secretProbe
        description.narrowing = narrowing ?? description.narrowing
        return description
    }
}
