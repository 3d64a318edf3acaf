// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Asks the API whose token it is, where the description names a call for that.
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
        guard case .api(let path, let field) = provider.accountLookup,
            let destination = try? HostRule(provider, trust: registration.trust)
                .approveAPI(provider.apiEndpoint(path), accountHost: accountHost)
        else { return nil }
        guard case .answered(let answer) = await callAPI(destination, registration, accessToken: accessToken),
            answer.status == 200
        else { return nil }
        return JSONReader.read(answer.body).value?[path: field]?.plainText.flatMap(AccountText.clean)
    }
}
