// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// One client at one provider: what an app's entry holds, opened.
package struct ClientRegistration: Sendable {
    /// How the provider behaves.
    package var provider: ProviderDescription
    /// The client id (RFC 6749 §2.2); not a secret.
    package var clientID: String
    /// The client secret; `nil` for a public client.
    package var clientSecret: Secret?
    /// The key that signs assertions; `nil` unless the provider wants them.
    package var clientKey: ClientKey?
    /// The key that the connection at hand binds its tokens to (RFC 9449); `nil` where they are bearer tokens.
    ///
    /// It is the connection's, and put here for as long as something is sent for it.
    package var proofKey: SigningKey?
    /// The authorization server of the connection at hand, as `host` or `host:port`; `nil`: the description's own.
    ///
    /// It is the connection's as ``proofKey`` is. It was checked against the description when it was learnt, and whatever is
    /// sent there is approved once more.
    package var server: String?
    /// The registered redirect URI.
    package var redirectURI: String?
    /// Whom the app trusts beyond the system.
    package var trust: TrustSettings
    /// How the registration itself is changed (RFC 7592), if it can be.
    package var registration: RegistrationAccess?
    /// The longest that an access token of this app is taken to live, whatever the provider says; `nil`: as it says.
    package var maximumLifetime: Duration?

    /// Puts a registration together.
    package init(
        provider: ProviderDescription, clientID: String, clientSecret: Secret? = nil, clientKey: ClientKey? = nil,
        redirectURI: String? = nil, trust: TrustSettings = TrustSettings(), registration: RegistrationAccess? = nil
    ) {
        self.provider = provider
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.clientKey = clientKey
        self.redirectURI = redirectURI
        self.trust = trust
        self.registration = registration
    }

    /// Whether a text can be a client id: what RFC 6749 appendix A.1 allows, but for the space, which comes with what is copied.
    package static func isClientID(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Whether the client proves who it is; a public one does not.
    package var isConfidential: Bool {
        let style = provider.clientAuthentication
        if style.usesSecret { return clientSecret != nil }
        return style.usesCertificate ? trust.clientCertificate != nil : clientKey != nil
    }
}
