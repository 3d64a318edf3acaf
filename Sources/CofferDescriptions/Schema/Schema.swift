// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

/// The fields of a description file, in the order in which they are written.
enum Schema {
    /// The version that this program reads and writes: the value of ``versionField``.
    static let version = 1
    /// The field that makes a file a description.
    static let versionField = "coffer_provider"
    /// The field that names a provider of which everything else is taken.
    static let baseField = "extends"
    /// What a file must state itself, whatever it extends.
    static let own = ["id", "name"]
    /// What a file must state, itself or by what it extends.
    static let required = ["id", "name", "endpoints.token", "hosts.secrets", "client.authentication"]

    /// All fields but the variables, which are named freely.
    static let fields: [SchemaField] =
        about + endpoints + hosts + client + authorization + answer + tokens + behaviour
        + secret + evidence

    /// What an entry is before anything was read.
    static var blank: CatalogueEntry {
        CatalogueEntry(
            ProviderDescription(
                id: "", displayName: "", endpoints: Endpoints(token: ""), domains: [],
                clientAuthentication: .basicFormEncoded
            ))
    }

    private static let about: [SchemaField] = [
        SchemaField("id", .identifier, \.description.id), SchemaField("name", .text, \.description.displayName),
        SchemaField(maybe: "documentation", .address, \.documentation),
        SchemaField(maybe: "issuer", .address, \.description.issuer),
    ]

    private static let endpoints: [SchemaField] = [
        SchemaField(maybe: "endpoints.authorization", .endpoint, \.description.endpoints.authorization),
        SchemaField("endpoints.token", .endpoint, \.description.endpoints.token),
        SchemaField(maybe: "endpoints.refresh", .endpoint, \.description.endpoints.refresh),
        SchemaField(maybe: "endpoints.revocation", .endpoint, \.description.endpoints.revocation),
        SchemaField(maybe: "endpoints.introspection", .endpoint, \.description.endpoints.introspection),
        SchemaField(maybe: "endpoints.registration", .endpoint, \.description.endpoints.registration),
        SchemaField(maybe: "endpoints.device_authorization", .endpoint, \.description.endpoints.deviceAuthorization),
        SchemaField(maybe: "endpoints.pushed_authorization", .endpoint, \.description.endpoints.pushedAuthorization),
        SchemaField(maybe: "endpoints.userinfo", .endpoint, \.description.endpoints.userInfo),
    ]

    private static let hosts: [SchemaField] = [
        SchemaField("hosts.secrets", .list(.host), \.description.domains),
        SchemaField("hosts.accounts", .word, \.description.accountHosts),
        SchemaField(maybe: "hosts.account_suffixes", .list(.host), \.description.accountDomains),
        SchemaField(maybe: "hosts.api", .list(.host), \.description.apiDomains),
        SchemaField(maybe: "hosts.account_field", .text, \.description.accountHostField),
        SchemaField(maybe: "hosts.server_field", .text, \.description.serverField),
    ]

    private static let client: [SchemaField] = [
        SchemaField("client.authentication", .word, \.description.clientAuthentication),
        SchemaField("client.body", .word, \.description.tokenBody),
        SchemaField("client.redirect_on_refresh", .flag, \.description.sendsRedirectOnRefresh),
        SchemaField("client.assertion_audience", .word, \.description.audience),
        SchemaField("client.dpop", .flag, \.description.usesDPoP),
        SchemaField("client.headers", .table(), \.description.extras.headers),
        SchemaField("client.parameters", .table(), \.description.extras.parameters),
    ]

    private static let authorization: [SchemaField] = [
        SchemaField("authorization.response_type", .flag, \.description.authorizationRequest.responseType),
        SchemaField("authorization.pkce", .flag, \.description.authorizationRequest.pkce),
        SchemaField("authorization.state", .flag, \.description.authorizationRequest.state),
        SchemaField("authorization.iss", .flag, \.description.authorizationRequest.iss),
        SchemaField("authorization.redirect_in_request", .flag, \.description.authorizationRequest.redirectInRequest),
        SchemaField("authorization.loopback", .flag, \.description.authorizationRequest.loopbackRedirect),
        SchemaField(
            maybe: "authorization.account_parameter", .text, \.description.authorizationRequest.accountParameter),
        SchemaField(
            maybe: "authorization.server_parameter", .text, \.description.authorizationRequest.serverParameter),
        SchemaField("authorization.parameters", .table(), \.description.authorizationRequest.extra),
        SchemaField(maybe: "authorization.offline_scope", .text, \.description.authorizationRequest.offlineScope),
        SchemaField(maybe: "authorization.scope_parameter", .text, \.description.authorizationRequest.scopeParameter),
        SchemaField("authorization.scope_separator", .separator, \.description.scopeSeparator),
    ]

    private static let answer: [SchemaField] = [
        SchemaField(maybe: "answer.access_token", .text, \.description.answerPaths.accessToken),
        SchemaField(maybe: "answer.refresh_token", .text, \.description.answerPaths.refreshToken),
        SchemaField(maybe: "answer.expires_in", .text, \.description.answerPaths.expiresIn),
        SchemaField(maybe: "answer.expires_unit", .word, \.description.answerPaths.expiryUnit),
        SchemaField(maybe: "answer.scope", .text, \.description.answerPaths.scope),
        SchemaField(maybe: "answer.error", .text, \.description.answerPaths.error),
        SchemaField(maybe: "answer.error_code", .text, \.description.answerPaths.errorCode),
        SchemaField(maybe: "answer.error_message", .text, \.description.answerPaths.errorMessage),
    ]

    private static let tokens: [SchemaField] = [
        SchemaField(maybe: "tokens.access_lifetime", .duration, \.description.lifetimes.accessToken),
        SchemaField(maybe: "tokens.idle_expiry", .duration, \.description.lifetimes.refreshToken),
        SchemaField(maybe: "tokens.absolute_expiry", .duration, \.description.lifetimes.absolute),
        SchemaField("tokens.rotation", .word, \.description.refreshTokens.rotation),
        SchemaField(maybe: "tokens.grace", .duration, \.description.refreshTokens.grace),
        SchemaField(maybe: "tokens.reuse", .word, \.description.refreshTokens.reuse),
        SchemaField("tokens.spends_on_error", .flag, \.description.refreshTokens.spendsOnError),
        SchemaField("tokens.retry_after_lost_answer", .flag, \.description.refreshTokens.retryAfterLostAnswer),
        SchemaField(
            maybe: "tokens.access_survives_refresh", .flag, \.description.refreshTokens.accessSurvivesRefresh),
        SchemaField(maybe: "tokens.introspectable", .flag, \.description.refreshTokens.introspectable),
        SchemaField(maybe: "tokens.narrowing", .word, \.description.narrowing),
        SchemaField("tokens.early_refresh", .word, \.description.refreshPolicy),
        SchemaField(maybe: "tokens.keep_alive", .duration, \.description.keepAlive),
    ]

    private static let behaviour: [SchemaField] = [
        SchemaField(maybe: "api.token", .tokenPresentation, \.description.tokenPresentation),
        SchemaField(maybe: "windows.soft", .duration, \.description.statedWindows.soft),
        SchemaField(maybe: "windows.hard", .duration, \.description.statedWindows.hard),
        SchemaField(maybe: "rate_limits.token", .rateLimit, \.description.rateLimit),
        SchemaField(maybe: "rate_limits.api", .list(.rateLimit), \.description.apiRateLimits),
        SchemaField("errors.dialect", .word, \.description.errorDialect),
        SchemaField(maybe: "errors.rules", .list(.errorRule), \.description.errorRules),
        SchemaField("probes.secret", .word, \.description.secretProbe),
        SchemaField("probes.token", .tokenProbe, \.description.tokenProbe),
        SchemaField("account", .accountLookup, \.description.accountLookup),
        SchemaField("revocation_reach", .word, \.description.revocationReach),
        SchemaField(maybe: "webhooks", .list(.webhook), \.description.webhooks),
    ]

    private static let secret: [SchemaField] = [
        SchemaField("client_secret.replacement", .word, \.description.replacement),
        SchemaField(maybe: "client_secret.title", .text, \.description.instructions.statedTitle),
        SchemaField("client_secret.steps", .list(.text), \.description.instructions.steps),
        SchemaField(maybe: "client_secret.link", .address, \.description.instructions.link),
        SchemaField(maybe: "client_secret.pattern", .pattern, \.description.instructions.secretPattern),
        SchemaField("client_secret.changes_client_id", .flag, \.description.instructions.changesClientID),
        SchemaField(maybe: "client_secret.overlap", .word, \.description.facts.overlap),
        SchemaField(maybe: "client_secret.tokens_survive", .flag, \.description.facts.tokensSurvive),
        SchemaField(maybe: "client_secret.also_signs", .text, \.description.facts.alsoSigns),
        SchemaField(maybe: "client_secret.propagation", .duration, \.description.facts.propagation),
    ]

    private static let evidence: [SchemaField] = [
        SchemaField("notes", .list(.text), \.notes), SchemaField("sources", .list(.source), \.sources),
        SchemaField("unknown", .list(.text), \.unknown),
    ]
}
