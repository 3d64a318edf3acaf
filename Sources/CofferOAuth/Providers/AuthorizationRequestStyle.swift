// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Which parts of an authorization request (RFC 6749 §4.1.1) exist at a provider; none that exists is skipped.
package struct AuthorizationRequestStyle: Sendable, Codable, Equatable {
    /// Whether `response_type=code` is sent.
    package var responseType: Bool
    /// Whether PKCE with `S256` is used (RFC 7636).
    package var pkce: Bool
    /// Whether `state` comes back (RFC 6749 §10.12).
    package var state: Bool
    /// Whether the callback must carry `iss` (RFC 9207 §2.4).
    package var iss: Bool
    /// Whether `redirect_uri` is sent; elsewhere it stands in the app's settings.
    package var redirectInRequest: Bool
    /// Whether a redirect to loopback is accepted (RFC 8252 §7.3).
    package var loopbackRedirect: Bool
    /// The callback's parameter that names the account's host, if there is one.
    package var accountParameter: String?
    /// The callback's parameter that names the authorization server which has the code, where there are several.
    package var serverParameter: String?
    /// Parameters that are always sent.
    package var extra: [String: String]
    /// The parameter that holds the scopes, if it is not `scope` (Slack: `user_scope`), or if there is one although no
    /// response type is sent (Shopify); elsewhere such providers have them in the app's settings.
    package var scopeParameter: String?
    /// The scope without which no refresh token is issued, as `offline_access` (OpenID Connect Core §11).
    package var offlineScope: String?

    /// Whether scopes are asked for in the request.
    var takesScope: Bool { responseType || scopeParameter != nil }

    /// Describes the request; the defaults are those of a server that follows the RFCs.
    package init(
        responseType: Bool = true, pkce: Bool = true, state: Bool = true, iss: Bool = false,
        redirectInRequest: Bool = true, loopbackRedirect: Bool = true, accountParameter: String? = nil,
        extra: [String: String] = [:], scopeParameter: String? = nil, offlineScope: String? = nil,
        serverParameter: String? = nil
    ) {
        self.responseType = responseType
        self.pkce = pkce
        self.state = state
        self.iss = iss
        self.redirectInRequest = redirectInRequest
        self.loopbackRedirect = loopbackRedirect
        self.accountParameter = accountParameter
        self.extra = extra
        self.scopeParameter = scopeParameter
        self.offlineScope = offlineScope
        self.serverParameter = serverParameter
    }
}
