// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Asks the API whose token it is, where the description names a call for that, or OpenID's own (OpenID Connect Core
    /// §5.3.2) where the answer should have held an ID token.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - accessToken: is presented, with a proof if it is bound to a key, to hosts that the description allows for access tokens.
    ///   - accountHost: where the provider's API is on the account's host.
    /// - Returns: the account's stable id, or `nil` if there is no such call or it did not say.
    package func accountID(
        _ registration: ClientRegistration, accessToken: Secret, accountHost: String?
    ) async -> String? {
        let provider = registration.provider
        var endpoint: EndpointTemplate
        let (field, scheme): (String, String?)
        switch (provider.accountLookup, provider.endpoints.userInfo) {
        case (.api(let path, let idField, let named), _):
            endpoint = provider.apiEndpoint(path)
            (field, scheme) = (idField, named)
        case (.idToken, let userInfo?):
            endpoint = userInfo
            // OpenID's own is asked as RFC 6750 has it, whatever the API wants (OpenID Connect Core §5.3.1).
            (field, scheme) = ("sub", "Bearer")
        default: return nil
        }
        endpoint = provider.address(endpoint, at: registration.server)
        guard
            let destination = try? HostRule(provider, trust: registration.trust)
                .approveAPI(endpoint, accountHost: accountHost),
            case .answered(let answer) = await callAPI(
                destination, registration, accessToken: accessToken, scheme: scheme),
            answer.status == 200
        else { return nil }
        return JSONReader.read(answer.body).value?[path: field]?.plainText.flatMap(AccountText.clean)
    }
}
