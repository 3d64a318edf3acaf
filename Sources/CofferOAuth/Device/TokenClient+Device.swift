// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Asks for a code that a person enters elsewhere (RFC 8628 §3.1).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - scopes: what is asked for; the scope without which there is no refresh token is added.
    ///   - resource: whom the tokens are for, by address (RFC 8707 §2).
    /// - Returns: what the person is shown.
    /// - Throws: `OAuthError` with code `unsupported` where the provider has no device codes, `configuration`,
    ///   `refused_host`, `unreachable`, `rate_limited`, `nonsense`.
    package func deviceAuthorization(
        _ registration: ClientRegistration, scopes: [String], resource: String? = nil
    ) async throws -> DeviceAuthorization {
        let provider = registration.provider
        guard let endpoint = provider.endpoints.deviceAuthorization else {
            throw OAuthError(.unsupported, "\(provider.displayName) has no device codes; connect without --device.")
        }
        var scopes = scopes
        if let offline = provider.authorizationRequest.offlineScope, !scopes.contains(offline) {
            scopes.append(offline)
        }
        var parameters = TokenParameters()
        if !scopes.isEmpty { parameters.append("scope", scopes.joined(separator: provider.scopeSeparator)) }
        if let resource { parameters.append("resource", resource) }
        let answer = try await ask(endpoint, registration, parameters)
        guard let value = answer.value, let authorization = DeviceAuthorization(value) else {
            throw OAuthError(
                .nonsense, "\(provider.displayName) answered \(answer.status) without a device code that could be used."
            )
        }
        return authorization
    }

    /// Asks whether the person has decided (RFC 8628 §3.4).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - deviceCode: is presented; only an answer with tokens uses it up.
    /// - Returns: what the server said.
    package func poll(_ registration: ClientRegistration, deviceCode: Secret) async -> DeviceAnswer {
        var parameters = TokenParameters()
        parameters.append("device_code", secret: deviceCode)
        // RFC 8628 §3.4 wants it of clients that do not authenticate; beside a proof it does no harm (RFC 6749 §3.2.1).
        if parameters.needsClientID(registration) { parameters.append("client_id", registration.clientID) }
        switch await send(.deviceCode, registration, parameters, accountHost: nil, scope: nil) {
        case .unanswered(let outcome): return .ended(outcome)
        case .answered(let answer, let reader):
            let error = reader.error(in: answer, JSONReader.read(answer.body))
            // Some servers say it with 200 (https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps).
            switch error.code {
            case "authorization_pending": return .pending
            case "slow_down": return .slowDown(retryAfter: error.retryAfter)
            case "expired_token", "code_expired": return .expired
            default: return .ended(reader.outcome(of: answer))
            }
        }
    }

    /// Asks a neighbour of the token endpoint whose answer is an object: device codes and pushed requests.
    ///
    /// - Throws: `OAuthError`.
    func ask(
        _ endpoint: EndpointTemplate, _ registration: ClientRegistration, _ given: TokenParameters
    ) async throws -> (value: JSONValue?, status: Int) {
        let provider = registration.provider
        var parameters = TokenParameters()
        let requestedAt = now()
        let authorization = try await parameters.authenticate(registration, now: requestedAt)
        if given.needsClientID(registration) { parameters.append("client_id", registration.clientID) }
        parameters.append(contentsOf: given)
        let destination = try HostRule(provider, trust: registration.trust).approve(endpoint, accountHost: nil)
        let message = HTTPMessage.tokenPost(
            destination, parameters, as: .form, authorization: authorization, trust: registration.trust)
        switch await transport.send(message, deadline: deadline) {
        case .notSent(let failure), .lost(let failure): throw OAuthError(failure)
        case .answered(let answer):
            let reading = JSONReader.read(answer.body)
            let reader = AnswerReader(
                registration: registration, purpose: .clientCredentials, secrets: parameters.secrets,
                requestedAt: requestedAt, now: now())
            let error = reader.error(in: answer, reading)
            guard (200..<300).contains(answer.status), error.code == nil else {
                throw reader.failure(error)
            }
            return (reading.isWhole ? reading.value : nil, answer.status)
        }
    }
}

extension TokenParameters {
    /// Whether the client's id stands nowhere in the body: it proves itself in a header.
    func needsClientID(_ registration: ClientRegistration) -> Bool {
        guard registration.clientSecret != nil else { return false }
        return [.basicFormEncoded, .basicRaw].contains(registration.provider.clientAuthentication)
    }
}

extension AnswerReader {
    /// An error of an endpoint whose answers are no tokens.
    func failure(_ error: ErrorAnswer) -> OAuthError {
        switch (300..<400).contains(error.status) ? nil : error.byRFC6749 {
        case .unprocessed(let setback): setback.error
        case .refused(let refusal): refusal.error
        default: OAuthError(.nonsense, error.sentence)
        }
    }
}
