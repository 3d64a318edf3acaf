// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// Asks a provider whether a `client_secret` is in force, by the way that the description names.
///
/// No refresh token is ever presented: on some servers (Glewlwyd) a refresh with a wrong secret
/// spends the token. What is presented in its place is made up. One call sends one request.
package struct SecretProbe: Sendable {
    private let client: TokenClient
    private let madeUp: @Sendable () -> String

    /// Makes a probe.
    ///
    /// - Parameters:
    ///   - client: sends the requests.
    ///   - madeUp: a text that is no token and no code of anybody.
    package init(client: TokenClient, madeUp: @escaping @Sendable () -> String = SecretProbe.randomText) {
        self.client = client
        self.madeUp = madeUp
    }

    /// 128 random bits that name their purpose, for whoever reads the provider's log.
    @Sendable package static func randomText() -> String {
        var generator = SystemRandomNumberGenerator()
        return "coffer-probe-" + String(generator.next(), radix: 16) + String(generator.next(), radix: 16)
    }

    /// Tries a secret.
    ///
    /// - Parameters:
    ///   - registration: the client, with the secret under test.
    ///   - accountHost: any connected account's, where the token endpoint depends on the account.
    ///   - scope: for client credentials, which some servers issue with a scope only.
    /// - Returns: the verdict with its evidence.
    package func probe(
        _ registration: ClientRegistration, accountHost: String? = nil, scope: String? = nil
    ) async -> ProbeVerdict {
        guard registration.clientSecret != nil else {
            return .unknown(evidence: "The app has no client secret.")
        }
        switch registration.provider.secretProbe {
        case .introspection: return await byIntrospection(registration)
        case .revocation: return await byRevocation(registration)
        case .clientCredentials: return await byClientCredentials(registration, scope)
        case .authorizationCode: return await byCode(registration, accountHost)
        case .none:
            return .unknown(evidence: "\(registration.provider.displayName) has no known way to test a client secret.")
        }
    }

    private func byIntrospection(_ registration: ClientRegistration) async -> ProbeVerdict {
        switch await client.introspect(registration, token: Secret(madeUp())) {
        case .active: .accepted(evidence: "Introspection of a made-up token was answered.")
        case .refused(let said): .refused(evidence: "Introspection of a made-up token was refused: \(said)")
        case .unknown(let said): .unknown(evidence: "Introspection of a made-up token: \(said)")
        case .unanswered(let said): .unanswered(evidence: "Introspection of a made-up token: \(said)")
        }
    }

    private func byRevocation(_ registration: ClientRegistration) async -> ProbeVerdict {
        switch await client.revoke(registration, token: Secret(madeUp()), hint: "access_token") {
        case .revoked: .accepted(evidence: "Revocation of a made-up token was answered.")
        case .refused(let said): .refused(evidence: "Revocation of a made-up token was refused: \(said)")
        case .unsupported: .unknown(evidence: "\(registration.provider.displayName) revokes no such token.")
        case .unknown(let said): .unknown(evidence: "Revocation of a made-up token: \(said)")
        case .unanswered(let said): .unanswered(evidence: "Revocation of a made-up token: \(said)")
        }
    }

    private func byClientCredentials(_ registration: ClientRegistration, _ scope: String?) async -> ProbeVerdict {
        let reply = await client.send(
            .clientCredentials, registration, TokenParameters(), accountHost: nil, scope: scope)
        guard case .answered(let answer, let reader) = reply else { return reply.unanswered }
        let outcome = reader.outcome(of: answer)
        if case .accepted = outcome {
            return .accepted(evidence: "A client-credentials grant was issued.")
        }
        let error = reader.error(in: answer, JSONReader.read(answer.body))
        // Neither a bare 403 nor `unauthorized_client` decides: Glewlwyd answers the first to a wrong secret
        // and to a right one without a scope, and the second, which RFC 6749 §5.2 has for a client that
        // was accepted, to a wrong secret.
        if error.refusesClient {
            return .refused(evidence: "A client-credentials grant was refused: \(error.sentence)")
        }
        return outcome.inconclusive("A client-credentials grant: \(error.sentence)")
    }

    /// The client is judged before the code, so that a complaint about the code means the client was accepted.
    private func byCode(_ registration: ClientRegistration, _ accountHost: String?) async -> ProbeVerdict {
        var parameters = TokenParameters()
        parameters.append("code", secret: Secret(madeUp()))
        if let redirectURI = registration.redirectURI { parameters.append("redirect_uri", redirectURI) }
        let reply = await client.send(.exchange, registration, parameters, accountHost: accountHost, scope: nil)
        guard case .answered(let answer, let reader) = reply else { return reply.unanswered }
        let error = reader.error(in: answer, JSONReader.read(answer.body))
        let outcome = reader.outcome(of: answer)
        if case .refused(let refusal) = outcome,
            refusal.kind != .unexplained, refusal.kind != .denied
        {
            return .accepted(evidence: "A made-up code was refused, the client was not: \(error.sentence)")
        }
        if error.namesWrongClient(in: registration.provider.errorDialect, isJSON: isObject(answer)) {
            return .refused(evidence: "The client was refused before a made-up code was looked at: \(error.sentence)")
        }
        return outcome.inconclusive("A made-up code: \(error.sentence)")
    }

    private func isObject(_ answer: HTTPAnswer) -> Bool {
        if case .object? = JSONReader.read(answer.body).value { true } else { false }
    }
}

extension TokenClient.Reply {
    /// No answer, no verdict: where it lies with the network another question may have one.
    fileprivate var unanswered: ProbeVerdict {
        switch self {
        case .unanswered(.unprocessed(let setback)) where [.certificate, .refusedHost, .late].contains(setback.kind):
            .unanswered(evidence: setback.message)
        case .unanswered(.unprocessed(let setback)): .unknown(evidence: setback.message)
        case .unanswered(.notSent(let said)), .unanswered(.indeterminate(let said)), .unanswered(.senseless(let said)):
            .unanswered(evidence: said)
        case .unanswered, .answered: .unknown(evidence: "No answer.")
        }
    }
}

extension TokenOutcome {
    /// The verdict where an answer neither accepts nor refuses the client.
    fileprivate func inconclusive(_ evidence: String) -> ProbeVerdict {
        if case .unprocessed(let setback) = self, [.rateLimited, .serverFailure].contains(setback.kind) {
            return .unanswered(evidence: evidence)
        }
        return .unknown(evidence: evidence)
    }
}

extension ErrorAnswer {
    /// Whether this says that the client is wrong, and not only that something is.
    fileprivate func namesWrongClient(in dialect: ProviderDescription.ErrorDialect, isJSON: Bool) -> Bool {
        switch dialect {
        case .rfc6749: refusesClient
        case .bitrix24: code == "invalid_client" || code == "wrong_client"
        // 401 without a hint, or a hint about the client; an HTML 401 is somebody else's.
        case .amocrm:
            (status == 401 && hint == nil && isJSON) || hint?.hasPrefix("Check the `client_") == true
        }
    }
}
