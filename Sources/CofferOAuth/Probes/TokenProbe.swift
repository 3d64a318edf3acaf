// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// Asks a provider whether an access token works, by the way that the description names.
///
/// An old refresh token is never tried: reuse detection would end the new grant.
package struct TokenProbe: Sendable {
    /// Codes of amoCRM's 401 that say nothing of the token: account elsewhere, captcha, user out.
    ///
    /// https://www.amocrm.ru/developers/content/crm_platform/error-codes
    private static let otherReasonsFor401: Set<String> = ["101", "111", "112"]
    /// What Bitrix24 says of a token that is dead or none (_includes/system-errors; b24pysdk for `invalid_token`).
    private static let deadTokenCodes: Set<String> = ["expired_token", "invalid_token", "no_auth_found"]

    private let client: TokenClient

    /// Makes a probe that sends its requests as a client does.
    package init(client: TokenClient) { self.client = client }

    /// Tries a token.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - accessToken: the token under test.
    ///   - accountHost: where the provider's API is on the account's host.
    /// - Returns: the verdict with its evidence.
    package func probe(
        _ registration: ClientRegistration, accessToken: Secret, accountHost: String?
    ) async -> TokenVerdict {
        let provider = registration.provider
        switch provider.tokenProbe {
        case .introspection:
            switch await client.introspect(registration, token: accessToken) {
            case .active(true, _): return .alive(evidence: "Introspection says that the token is active.")
            case .active(false, _): return .dead(evidence: "Introspection says that the token is not active.")
            case .refused(let said), .unknown(let said), .unanswered(let said):
                return .unknown(evidence: "Introspection: \(said)")
            }
        case .api(let path, let scheme):
            let endpoint = provider.address(provider.apiEndpoint(path), at: registration.server)
            return await call(registration, endpoint, accountHost, token: accessToken) {
                await client.callAPI($0, registration, accessToken: accessToken, scheme: scheme)
            }
        case .form(let url, let field):
            var parameters = TokenParameters()
            parameters.append(field, secret: accessToken)
            let endpoint = url.at(server: registration.server)
            return await call(registration, endpoint, accountHost, token: accessToken) { [parameters] destination in
                let message = HTTPMessage.tokenPost(
                    destination, parameters, as: .form, authorization: nil, trust: registration.trust)
                return await client.transport.send(message, deadline: client.deadline)
            }
        case .none:
            return .unknown(evidence: "\(provider.displayName) has no known way to test an access token.")
        }
    }

    private func call(
        _ registration: ClientRegistration, _ endpoint: EndpointTemplate, _ accountHost: String?, token: Secret,
        send: (ApprovedDestination) async -> TransportOutcome
    ) async -> TokenVerdict {
        let destination: ApprovedDestination
        do {
            destination = try HostRule(registration.provider, trust: registration.trust)
                .approveAPI(endpoint, accountHost: accountHost)
        } catch {
            return .unknown(evidence: error.message)
        }
        switch await send(destination) {
        case .answered(let answer): return judge(answer, registration, token)
        case .notSent(let failure), .lost(let failure): return .unknown(evidence: failure.message)
        }
    }

    private func judge(_ answer: HTTPAnswer, _ registration: ClientRegistration, _ token: Secret) -> TokenVerdict {
        let value = JSONReader.read(answer.body).value
        let error = ErrorAnswer(
            answer, value: value, purpose: .clientCredentials, providerName: registration.provider.displayName,
            hiding: [token], retryAfter: nil)
        if let code = error.code, Self.deadTokenCodes.contains(code) {
            return .dead(evidence: "The API refused the token: \(error.sentence)")
        }
        switch answer.status {
        case 200..<300 where error.code == nil: return .alive(evidence: "The API accepted the token.")
        case 401:
            let reasons = [value?["code"], value?["error_code"]].compactMap { $0?.plainText }
            if !Self.otherReasonsFor401.isDisjoint(with: reasons) { break }
            // What was refused may be the proof and not the token (RFC 9449 §7.1, §9); `invalid_token` is the token.
            if registration.proofKey != nil, !answer.challenges(with: "invalid_token") { break }
            return .dead(evidence: "The API refused the token: \(error.sentence)")
        default: break
        }
        return .unknown(evidence: "The API did not judge the token: \(error.sentence)")
    }
}
