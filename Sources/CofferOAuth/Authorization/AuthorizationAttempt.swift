// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// One attempt to have a person authorise an app: where the browser goes, and what must come back.
///
/// It is bound to the app and its issuer by living in memory beside them; nothing of it is written
/// down, so an attempt ends with its process.
package struct AuthorizationAttempt: Sendable {
    /// What an attempt draws.
    package enum Chance: String, CaseIterable {
        /// What the callback must repeat.
        case state
        /// What is shown when the code is exchanged.
        case verifier
        /// What the ID token must repeat.
        case nonce

        /// How many bytes: RFC 6749 §10.10 asks for 128 bits or more, RFC 7636 §4.1 recommends 256.
        package static let byteCount = 32
    }

    /// The app that asks.
    package let registration: ClientRegistration

    /// Where the person's browser goes; it holds `state` and no secret of the app.
    package let url: String

    /// What is asked for; nothing of it is secret.
    let parameters: [(name: String, value: String)]

    /// The authorization endpoint.
    private let endpoint: String

    /// Whom the tokens are for, by address; repeated when the code is exchanged (RFC 8707 §2.2).
    package let resource: String?

    /// What the callback must repeat; absent where the provider has no `state`.
    package let state: Secret?

    /// What is shown when the code is exchanged; absent where the provider has no PKCE.
    package let verifier: Secret?

    /// What the ID token must repeat; absent unless the scope `openid` is asked for
    /// (OpenID Connect Core §3.1.2.1; some servers insist on it).
    package let nonce: Secret?

    /// Where the provider sends the browser back.
    package let redirectURI: String?

    /// The account's host where the authorization endpoint is the account's own (Bitrix24).
    package let accountHost: String?

    /// Builds the request from the description: what does not exist at the provider is left out.
    ///
    /// amoCRM gets `client_id`, `state` and `mode` alone
    /// (https://www.amocrm.ru/developers/content/oauth/step-by-step): its scopes and redirect URI stand in the
    /// integration's settings, as Bitrix24's do.
    ///
    /// - Parameters:
    ///   - registration: the app.
    ///   - redirectURI: the listener's, or the registered one unless told.
    ///   - scopes: what is asked for; not sent to a provider whose scopes stand in the app's settings.
    ///   - accountHost: the account's host, in any form, where the endpoint needs it.
    ///   - resource: whom the tokens are for, by address (RFC 8707 §2.1).
    ///   - random: gives 32 random bytes for each that is drawn.
    /// - Throws: `OAuthError` with code `unsupported` when the provider has no authorization endpoint or no
    ///   loopback redirect, `configuration` when a redirect URI or an account's host is missing, `refused_host`,
    ///   `plain_http`.
    package init(
        _ registration: ClientRegistration, redirectURI: String? = nil, scopes: [String] = [],
        accountHost: String? = nil, resource: String? = nil,
        random: (Chance) -> [UInt8] = { _ in Self.systemRandom(Chance.byteCount) }
    ) throws(OAuthError) {
        let provider = registration.provider
        let style = provider.authorizationRequest
        var scopes = scopes
        // Whoever connects an account here wants it kept alive.
        if let offline = style.offlineScope, !scopes.contains(offline) { scopes.append(offline) }
        guard let endpoint = provider.endpoints.authorization else {
            throw OAuthError(.unsupported, "\(provider.displayName) has no authorization endpoint.")
        }
        var host: String?
        if let accountHost { host = try HostRule(provider, trust: registration.trust).accountHost(from: accountHost) }
        let address = try EndpointURL(endpoint.url(accountHost: host))
        guard address.isSecure || address.isLoopback else {
            throw OAuthError(.plainHTTP, "Plain HTTP is used with loopback only, not with \(address.host).")
        }
        let redirectURI = redirectURI ?? registration.redirectURI
        if style.redirectInRequest, redirectURI == nil {
            throw OAuthError(.configuration, "\(provider.displayName) needs a redirect URI, and the app has none.")
        }
        let key = style.pkce ? ProofKey(randomBytes: random(.verifier)) : nil
        let nonce = scopes.contains("openid") ? Data(random(.nonce)).base64URLEncodedString() : nil
        let state = style.state ? Data(random(.state)).base64URLEncodedString() : nil

        var parameters: [(name: String, value: String)] = []
        if style.responseType { parameters.append(("response_type", "code")) }
        parameters.append(("client_id", registration.clientID))
        if style.redirectInRequest, let redirectURI { parameters.append(("redirect_uri", redirectURI)) }
        if style.takesScope, !scopes.isEmpty {
            parameters.append((style.scopeParameter ?? "scope", scopes.joined(separator: provider.scopeSeparator)))
        }
        if let state { parameters.append(("state", state)) }
        if let nonce { parameters.append(("nonce", nonce)) }
        if let key { parameters += [("code_challenge", key.challenge), ("code_challenge_method", "S256")] }
        if let resource { parameters.append(("resource", resource)) }
        // Binds the code to the key as well: stolen, it is of no use (RFC 9449 §10).
        if let proofKey = registration.proofKey {
            parameters.append(("dpop_jkt", proofKey.publicKey.thumbprint))
        }
        for (name, value) in style.extra.sorted(by: { $0.key < $1.key }) { parameters.append((name, value)) }

        self.parameters = parameters
        self.endpoint = address.description
        url = Self.url(self.endpoint, parameters)
        self.resource = resource
        self.registration = registration
        self.state = state.map { Secret($0) }
        self.nonce = nonce.map { Secret($0) }
        verifier = key?.verifier
        self.redirectURI = redirectURI
        self.accountHost = host
    }

    /// Where the browser goes if the request was left at the server beforehand (RFC 9126 §4).
    func url(pushedAs reference: String) -> String {
        Self.url(endpoint, [("client_id", registration.clientID), ("request_uri", reference)])
    }

    /// An endpoint may have a query of its own, which is kept (RFC 6749 §3.1).
    private static func url(_ endpoint: String, _ parameters: [(name: String, value: String)]) -> String {
        endpoint + (endpoint.contains("?") ? "&" : "?") + QueryText.encode(parameters)
    }

    /// Bytes of the system's generator, which is cryptographic on every platform that Swift supports.
    package static func systemRandom(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
