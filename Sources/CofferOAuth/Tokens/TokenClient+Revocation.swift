// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension TokenClient {
    /// Revokes a token (RFC 7009 §2.1); whether more than that ends, `revocationReach` says.
    ///
    /// RFC 7009 §2.2 has the body ignored. Servers that answer every error with 200 (Slack: `{"ok":false,"error":…}`) make that
    /// a way to take a leaked token for dead, so a success that names an error is none.
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - token: the token.
    ///   - hint: `access_token` or `refresh_token`.
    /// - Returns: how it ended.
    package func revoke(_ registration: ClientRegistration, token: Secret, hint: String?) async -> RevocationOutcome {
        guard let endpoint = registration.provider.endpoints.revocation else { return .unsupported }
        switch await ask(endpoint, registration, token: token, hint: hint) {
        case .answered(let answer, let error):
            if (200..<300).contains(answer.status), !error.deniesSuccess(of: answer) { return .revoked }
            if error.code == "unsupported_token_type" { return .unsupported }
            if error.refusesClient { return .refused(error.sentence) }
            return error.judgesNothing ? .unanswered(error.sentence) : .unknown(error.sentence)
        case .notAsked(let why): return .unknown(why)
        case .unanswered(let why): return .unanswered(why)
        }
    }

    /// Asks whether a token is active (RFC 7662 §2.1).
    ///
    /// - Parameters:
    ///   - registration: the client whose token it is.
    ///   - token: the token.
    ///   - hint: of which kind it is: `access_token`, `refresh_token`.
    /// - Returns: how it ended.
    package func introspect(
        _ registration: ClientRegistration, token: Secret, hint: String? = nil
    ) async -> IntrospectionOutcome {
        guard let endpoint = registration.provider.endpoints.introspection else {
            return .unknown("\(registration.provider.displayName) has no introspection.")
        }
        switch await ask(endpoint, registration, token: token, hint: hint) {
        case .answered(let answer, let error):
            let reading = JSONReader.read(answer.body)
            if answer.status == 200, reading.isWhole, case .bool(let isActive)? = reading.value?["active"] {
                return .active(isActive, subject: reading.value?["sub"]?.plainText.flatMap(AccountText.clean))
            }
            if error.refusesClient { return .refused(error.sentence) }
            return error.judgesNothing ? .unanswered(error.sentence) : .unknown(error.sentence)
        case .notAsked(let why): return .unknown(why)
        case .unanswered(let why): return .unanswered(why)
        }
    }

    /// Asks introspection what became of a refresh token (RFC 7662 §2.1).
    func fate(of refreshToken: Secret, _ registration: ClientRegistration) async -> RefreshTokenFate {
        guard let endpoint = registration.provider.endpoints.introspection else { return .unknown }
        switch await ask(endpoint, registration, token: refreshToken, hint: "refresh_token", as: .refresh) {
        case .answered(let answer, let error):
            return RefreshTokenFate(answer, error, of: registration.provider)
        case .notAsked(let why): return .unanswered(Setback(.configuration, why))
        case .unanswered(let why): return .unanswered(Setback(.serverFailure, why))
        }
    }

    private enum Answer {
        case answered(HTTPAnswer, ErrorAnswer)
        /// Neither the description nor the client's proof lets anybody be asked.
        case notAsked(String)
        /// No whole answer came.
        case unanswered(String)
    }

    /// Both are one form, of the token, a hint and the client's proof; neither depends on an account.
    private func ask(
        _ endpoint: EndpointTemplate, _ registration: ClientRegistration, token: Secret, hint: String?,
        as purpose: TokenPurpose = .clientCredentials
    ) async -> Answer {
        var parameters = TokenParameters()
        let authorization: Secret?
        let destination: ApprovedDestination
        do {
            authorization = try await parameters.authenticate(registration, now: now())
            parameters.append("token", secret: token)
            if let hint { parameters.append("token_type_hint", hint) }
            destination = try HostRule(registration.provider, trust: registration.trust)
                .approve(registration.provider.address(endpoint, at: registration.server), accountHost: nil)
        } catch {
            return .notAsked((error as? OAuthError)?.message ?? "The client could not prove who it is.")
        }
        let message = HTTPMessage.tokenPost(
            destination, parameters, as: .form, authorization: authorization, trust: registration.trust)
        switch await transport.send(message, deadline: deadline) {
        case .answered(let answer):
            return .answered(
                answer,
                ErrorAnswer(
                    answer, value: JSONReader.read(answer.body).value, paths: registration.provider.answer,
                    purpose: purpose, providerName: registration.provider.displayName,
                    hiding: parameters.secrets, retryAfter: RetryAfter.read(answer.header("Retry-After"), now: now())))
        case .notSent(let failure), .lost(let failure): return .unanswered(failure.message)
        }
    }
}

extension ErrorAnswer {
    /// Whether the client itself was refused: 401 (RFC 6749 §5.2) or a code that says so with another status.
    var refusesClient: Bool { code == "invalid_client" || (status == 401 && code != "invalid_token") }

    /// Whether the server judged nothing for now: it has no time, or fails.
    ///
    /// What it has not implemented (501) it will not have tomorrow.
    var judgesNothing: Bool { [408, 425, 429].contains(status) || (status >= 500 && status != 501) }

    /// Whether an answer takes back inside what its status says.
    func deniesSuccess(of answer: HTTPAnswer) -> Bool {
        // A number is a code as well, and 0 says that all is well.
        if code != nil || written.map({ $0 != "0" }) ?? false { return true }
        let body = JSONReader.read(answer.body).value
        return ["ok", "success", "revoked"].contains { body?[$0] == .bool(false) }
    }
}
