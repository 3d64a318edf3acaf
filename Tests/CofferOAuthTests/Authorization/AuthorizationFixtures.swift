// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

extension ClientRegistration {
    /// An app at a server that follows the RFCs.
    static func standard(_ change: (inout ProviderDescription) -> Void = { _ in }) -> ClientRegistration {
        var provider = ProviderDescription(
            id: "standard", displayName: "Standard", issuer: "https://id.example",
            endpoints: Endpoints(authorization: "https://id.example/authorize", token: "https://id.example/token"),
            domains: ["id.example"], clientAuthentication: .basicFormEncoded)
        change(&provider)
        return ClientRegistration(
            provider: provider, clientID: "the client", clientSecret: Secret("shh"),
            redirectURI: "https://app.example/callback")
    }

    /// An app at a provider whose callback names the account's host.
    static func hosted() -> ClientRegistration {
        .standard { provider in
            provider.domains = ["crm.example", "crm.test"]
            provider.endpoints.token = "https://{account}/oauth2/access_token"
            provider.endpoints.authorization = "https://www.crm.example/oauth"
            provider.accountHosts = .underDomains
            provider.authorizationRequest = AuthorizationRequestStyle(
                responseType: false, pkce: false, state: true, redirectInRequest: false, loopbackRedirect: false,
                accountParameter: "referer", extra: ["mode": "popup"])
        }
    }
}

extension AuthorizationAttempt {
    /// What the callback must carry as `state`.
    var stateText: String { state?.withExposedText { $0 } ?? "" }
}

/// The code of what a body throws.
func code<R>(of body: () throws -> R) -> OAuthError.Code? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? OAuthError)?.code
    }
}
