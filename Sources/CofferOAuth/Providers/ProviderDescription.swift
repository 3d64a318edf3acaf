// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A declarative description of an authorization server: all that Coffer knows about it is here.
///
/// Nothing in it is probed for. What is stated wrongly is mended by describing the provider
/// differently, never by trying until something works.
package struct ProviderDescription: Sendable, Codable, Equatable {
    /// The name in `--provider`.
    package var id: String
    /// The name that people read.
    package var displayName: String
    /// The issuer (RFC 8414 §2), compared exactly with `iss` (RFC 9207); `nil` where the provider has none.
    package var issuer: String?
    /// Where requests go.
    package var endpoints: Endpoints
    /// Host suffixes that a secret may be sent to, matched on a label boundary (`amocrm.ru`: it and `*.amocrm.ru`).
    package var domains: [String]
    /// What a host that came from outside (callback, answer, JWT claim) may be.
    package var accountHosts: AccountHostRule
    /// The member of a token answer that names the account's host, if there is one.
    package var accountHostField: String?
    /// The member of a token answer that names the authorization server of the grant, where there are several; one outside
    /// ``domains`` is never taken.
    package var serverField: String?
    /// How the client proves who it is at the token endpoint (RFC 6749 §2.3.1).
    package var clientAuthentication: ClientAuthenticationStyle
    /// How the token request's body is written; RFC 6749 §4.1.3 knows the form only.
    package var tokenBody: TokenBodyFormat
    /// Which parts of the authorization request exist.
    package var authorizationRequest: AuthorizationRequestStyle
    /// Whether a refresh must repeat `redirect_uri`, which RFC 6749 §6 does not ask for.
    package var sendsRedirectOnRefresh: Bool
    /// What separates scopes; a space by RFC 6749 §3.3.
    package var scopeSeparator: String
    /// How errors of the token endpoint are written.
    package var errorDialect: ErrorDialect
    /// How long tokens live where the answer does not say.
    package var lifetimes: TokenLifetimes
    /// When a refresh is due.
    package var refreshPolicy: RefreshPolicy
    /// After how long without a refresh one is made to keep the grant alive; half of the idle expiry.
    package var keepAlive: Duration?
    /// How refresh tokens behave.
    package var refreshTokens: RefreshTokenBehaviour
    /// How fast we may call; `nil` if the provider states nothing.
    package var rateLimit: RateLimit?
    /// What revoking one token ends.
    package var revocationReach: RevocationReach
    /// How a `client_secret` is replaced.
    package var secretReplacement: SecretReplacementMethod
    /// How a `client_secret` is proven without presenting a refresh token.
    package var secretProbe: SecretProbeMethod
    /// How an access token is proven alive or dead.
    package var tokenProbe: TokenProbeMethod
    /// Where the stable account id comes from.
    package var accountLookup: AccountLookup
    /// Host suffixes of accounts where they are others than ``domains``: no secret is sent there.
    package var accountDomains: [String]?
    /// Host suffixes of the API where they are others than those of accounts: access tokens are sent there, and no other
    /// secret.
    package var apiDomains: [String]?
    /// Where the token answer differs from RFC 6749 §5.1.
    package var answer: AnswerPaths?
    /// What each token request holds beside RFC 6749's parameters.
    package var tokenRequest: TokenRequestExtras?
    /// How errors are judged before the dialect is asked; the first rule that matches counts.
    package var errorRules: [ErrorRule]?
    /// Windows of its own.
    package var windows: StatedWindows?
    /// How fast the API of accounts may be called.
    package var apiRateLimits: [RateLimit]?
    /// What is known of the change from one `client_secret` to the next.
    package var secretFacts: SecretFacts?
    /// How a token with less than the whole of its grant is had; see ``narrowingMethod`` for where nothing is stated.
    package var narrowing: NarrowingMethod?
    /// Whether tokens are bound to a key of the connection's own (DPoP, RFC 9449); `nil`: they are not.
    package var dpop: Bool?
    /// Whom assertions are for; `nil`: the issuer.
    package var assertionAudience: AssertionAudience?
    /// How its webhooks prove who sent them; `nil` where nothing is known.
    package var webhooks: [WebhookProof]?
    /// How the API wants an access token presented; `nil`: as a bearer's (RFC 6750 §2.1).
    package var tokenPresentation: TokenPresentation?

    /// Describes a provider; the defaults are those of RFC 6749 and, where it is silent, the careful ones.
    package init(
        id: String, displayName: String, issuer: String? = nil, endpoints: Endpoints, domains: [String],
        accountHosts: AccountHostRule = .none, accountHostField: String? = nil,
        clientAuthentication: ClientAuthenticationStyle, tokenBody: TokenBodyFormat = .form,
        authorizationRequest: AuthorizationRequestStyle = AuthorizationRequestStyle(),
        sendsRedirectOnRefresh: Bool = false, scopeSeparator: String = " ", errorDialect: ErrorDialect = .rfc6749,
        lifetimes: TokenLifetimes = TokenLifetimes(), refreshPolicy: RefreshPolicy = .ahead, keepAlive: Duration? = nil,
        refreshTokens: RefreshTokenBehaviour = RefreshTokenBehaviour(), rateLimit: RateLimit? = nil,
        revocationReach: RevocationReach = .unknown,
        secretReplacement: SecretReplacementMethod = .operator(.generic), secretProbe: SecretProbeMethod = .none,
        tokenProbe: TokenProbeMethod = .none, accountLookup: AccountLookup = .none, accountDomains: [String]? = nil,
        apiDomains: [String]? = nil,
        answer: AnswerPaths? = nil, tokenRequest: TokenRequestExtras? = nil, errorRules: [ErrorRule]? = nil,
        windows: StatedWindows? = nil, apiRateLimits: [RateLimit]? = nil, secretFacts: SecretFacts? = nil,
        narrowing: NarrowingMethod? = nil, dpop: Bool? = nil, assertionAudience: AssertionAudience? = nil,
        webhooks: [WebhookProof]? = nil, serverField: String? = nil, tokenPresentation: TokenPresentation? = nil
    ) {
        self.id = id
        self.displayName = displayName
        self.issuer = issuer
        self.endpoints = endpoints
        self.domains = domains
        self.accountHosts = accountHosts
        self.accountHostField = accountHostField
        self.clientAuthentication = clientAuthentication
        self.tokenBody = tokenBody
        self.authorizationRequest = authorizationRequest
        self.sendsRedirectOnRefresh = sendsRedirectOnRefresh
        self.scopeSeparator = scopeSeparator
        self.errorDialect = errorDialect
        self.lifetimes = lifetimes
        self.refreshPolicy = refreshPolicy
        self.keepAlive = keepAlive
        self.refreshTokens = refreshTokens
        self.rateLimit = rateLimit
        self.revocationReach = revocationReach
        self.secretReplacement = secretReplacement
        self.secretProbe = secretProbe
        self.tokenProbe = tokenProbe
        self.accountLookup = accountLookup
        self.accountDomains = accountDomains
        self.apiDomains = apiDomains
        self.answer = answer
        self.tokenRequest = tokenRequest
        self.errorRules = errorRules
        self.windows = windows
        self.apiRateLimits = apiRateLimits
        self.secretFacts = secretFacts
        self.narrowing = narrowing
        self.dpop = dpop
        self.assertionAudience = assertionAudience
        self.webhooks = webhooks
        self.serverField = serverField
        self.tokenPresentation = tokenPresentation
    }
}
