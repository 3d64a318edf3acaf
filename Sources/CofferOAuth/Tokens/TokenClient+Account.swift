// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Asks the API whose token it is, where the description names a call for that.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - accessToken: is presented as bearer, to hosts that the description allows for access tokens.
    ///   - accountHost: where the provider's API is on the account's host.
    /// - Returns: the account's stable id, or `nil` if there is no such call or it did not say.
    package func accountID(
        _ registration: ClientRegistration, accessToken: Secret, accountHost: String?
    ) async -> String? {
        guard case .api(let path, let field) = registration.provider.accountLookup else { return nil }
        let url = path.contains("://") ? path : "https://\(EndpointTemplate.accountPlaceholder)\(path)"
        let rule = HostRule(registration.provider, trust: registration.trust)
        guard let destination = try? rule.approveAPI(EndpointTemplate(url), accountHost: accountHost) else {
            return nil
        }
        let message = HTTPMessage(
            .get, destination, headers: [("Accept", "application/json")],
            authorization: accessToken.withExposedText { Secret("Bearer \($0)") }, trust: registration.trust)
        guard case .answered(let answer) = await transport.send(message, deadline: deadline), answer.status == 200
        else {
            return nil
        }
        return JSONReader.read(answer.body).value?[path: field]?.plainText.flatMap(AccountText.clean)
    }
}
