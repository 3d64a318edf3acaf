// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Asks where an account is now that is not at its host any more.
    ///
    /// amoCRM and Kommo name, in each access token, a host that knows
    /// (https://www.amocrm.ru/developers/content/oauth/account-subdomain-info). The refresh token is shown there and not
    /// used: the vendor's own library refreshes with it right after (`getAccessTokenByRefreshToken` of amocrm-api-php).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - accessToken: the last one, whose claim names whom to ask, as a host or a bare label; it may have expired, and is not
    ///     sent.
    ///   - refreshToken: is shown.
    ///   - accountID: the account's stable id; an answer about another one is none.
    /// - Returns: the host, one that the description allows; `nil` where nobody can be asked or nobody knows.
    package func newHost(
        _ registration: ClientRegistration, accessToken: Secret?, refreshToken: Secret, accountID: String?
    ) async -> String? {
        let provider = registration.provider
        let rule = HostRule(provider, trust: registration.trust)
        guard provider.tellsNewHosts, let accountID,
            let named = accessToken.flatMap(JWTClaims.init)?["api_domain"],
            let host = try? rule.accountHost(from: named),
            let destination = try? rule.approve(
                "https://{account}/oauth2/account/current/subdomain", accountHost: host)
        else { return nil }
        var message = HTTPMessage(
            .get, destination, headers: [("Accept", "application/json")], trust: registration.trust)
        message.secretHeader = ("X-Refresh-Token", refreshToken)
        guard case .answered(let answer) = await transport.send(message, deadline: deadline), answer.status == 200,
            let body = JSONReader.read(answer.body).value, body["id"]?.plainText == accountID
        else { return nil }
        return body["domain"]?.plainText.flatMap { try? rule.accountHost(from: $0) }
    }
}

extension ProviderDescription {
    /// Whether the provider tells where an account is that was renamed: amoCRM and Kommo.
    var tellsNewHosts: Bool { errorDialect == .amocrm }
}
