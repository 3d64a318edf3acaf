// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferOAuth

/// What a person says of an app that is added.
package struct NewApp: Sendable {
    /// A provider that is built in, by its name; without settings.
    package var providerID: String?
    /// A provider's whole description, in place of a name.
    package var provider: ProviderDescription?
    /// What ``provider`` was made with where the provider's customers differ, by the variables' names.
    package var settings: [String: String] = [:]
    /// The issuer of any server with RFC 8414 or OpenID discovery.
    package var issuer: String?
    /// The client id.
    package var clientID: String
    /// The client's secret; nil for a public client.
    package var clientSecret: Secret?
    /// The key that signs assertions, where the provider wants those.
    package var clientKey: ClientKey?
    /// The certificate that the app shows of itself.
    package var clientCertificate: ClientCertificate?
    /// Where the browser comes back to, as registered.
    package var redirectURI: String?
    /// The scope to ask for.
    package var scope: String?
    /// A certificate authority to trust for this app, in PEM, besides the system's.
    package var certificateAuthorityPEM: String?
    /// Whether hosts may have private addresses.
    package var allowsPrivateNetwork = false
    /// A sandbox that stands in for the provider: its URL, on loopback.
    package var sandboxURL: String?
    /// The client configuration endpoint and its token (RFC 7592).
    package var registration: RegistrationAccess?
    /// The longest that an access token is taken to live, whatever the provider says.
    package var maximumLifetime: Duration?
    /// What the person knows better than the description.
    package var overrides = DescriptionOverrides()

    /// Whom the app trusts, and what it shows of itself.
    var trust: TrustSettings {
        TrustSettings(
            certificateAuthorityPEM: certificateAuthorityPEM, allowsPrivateNetwork: allowsPrivateNetwork,
            clientCertificate: clientCertificate)
    }

    /// What the description is made with.
    var origin: DescriptionOrigin {
        DescriptionOrigin(settings: settings, sandboxURL: sandboxURL, overrides: overrides)
    }

    /// Whether a `client_secret` is how this client proves who it is, as far as was said.
    package var usesSecret: Bool {
        (overrides.clientAuthentication ?? provider?.clientAuthentication)?.usesSecret ?? true
    }

    /// Names the client.
    package init(clientID: String) { self.clientID = clientID }
}
