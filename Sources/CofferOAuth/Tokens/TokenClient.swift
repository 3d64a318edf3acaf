// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// Speaks to a provider's token endpoint and its neighbours: each call sends one request, once.
package struct TokenClient: Sendable {
    /// What requests are sent by.
    let transport: any HTTPTransport
    /// The time of day.
    let now: @Sendable () -> Date
    /// One deadline for a whole request; 30 s (`contracts.md`).
    let deadline: Duration
    /// What servers want in the next proof (RFC 9449).
    package let nonces: ProofNonces

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - transport: what requests are sent by.
    ///   - now: the time of day.
    ///   - deadline: one for a whole request.
    ///   - nonces: what servers want in the next proof; known from earlier requests.
    package init(
        transport: any HTTPTransport, now: @escaping @Sendable () -> Date, deadline: Duration = .seconds(30),
        nonces: ProofNonces = ProofNonces()
    ) {
        self.nonces = nonces
        self.transport = transport
        self.now = now
        self.deadline = deadline
    }

    /// Refreshes (RFC 6749 §6).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - refreshToken: is presented, once.
    ///   - accountHost: where the provider's endpoint depends on the account.
    ///   - scope: a narrower scope separated by spaces; `nil` for all that was granted.
    /// - Returns: how it ended.
    package func refresh(
        _ registration: ClientRegistration, refreshToken: Secret, accountHost: String?, scope: String?
    ) async -> TokenOutcome {
        var parameters = TokenParameters()
        parameters.append("refresh_token", secret: refreshToken)
        if registration.provider.sendsRedirectOnRefresh, let redirectURI = registration.redirectURI {
            parameters.append("redirect_uri", redirectURI)
        }
        return await request(.refresh, registration, parameters, accountHost: accountHost, scope: scope)
    }

    /// Exchanges an authorization code (RFC 6749 §4.1.3).
    ///
    /// - Parameters:
    ///   - registration: the client.
    ///   - code: is presented, once.
    ///   - verifier: PKCE's (RFC 7636 §4.5).
    ///   - redirectURI: exactly as in the authorization request; the app's own if `nil`.
    ///   - accountHost: where the provider's endpoint depends on the account.
    ///   - resource: whom the tokens are for, by address (RFC 8707 §2.2).
    /// - Returns: how it ended.
    package func exchange(
        _ registration: ClientRegistration, code: Secret, verifier: Secret?, redirectURI: String?, accountHost: String?,
        resource: String? = nil
    ) async -> TokenOutcome {
        var parameters = TokenParameters()
        parameters.append("code", secret: code)
        if let verifier { parameters.append("code_verifier", secret: verifier) }
        let provider = registration.provider
        // RFC 6749 §4.1.3 wants it if the authorization request had it; amoCRM wants it although that had none.
        if provider.authorizationRequest.redirectInRequest || provider.sendsRedirectOnRefresh,
            let redirectURI = redirectURI ?? registration.redirectURI
        {
            parameters.append("redirect_uri", redirectURI)
        }
        if let resource { parameters.append("resource", resource) }
        return await request(.exchange, registration, parameters, accountHost: accountHost, scope: nil)
    }

    /// Asks for the client's own token (RFC 6749 §4.4).
    package func clientCredentials(_ registration: ClientRegistration, scope: String?) async -> TokenOutcome {
        await request(.clientCredentials, registration, TokenParameters(), accountHost: nil, scope: scope)
    }

    /// Sends one request to the token endpoint, and judges its answer.
    func request(
        _ purpose: TokenPurpose, _ registration: ClientRegistration, _ given: TokenParameters, accountHost: String?,
        scope: String?
    ) async -> TokenOutcome {
        switch await send(purpose, registration, given, accountHost: accountHost, scope: scope) {
        case .answered(let answer, let reader): reader.outcome(of: answer)
        case .unanswered(let outcome): outcome
        }
    }

    /// How a request to the token endpoint went, before its answer is judged.
    enum Reply {
        /// A whole answer, and who can read it.
        case answered(HTTPAnswer, AnswerReader)
        /// None; the outcome says why.
        case unanswered(TokenOutcome)
    }

    /// Sends one request to the token endpoint.
    ///
    /// Where the server wants its nonce in the proof it has processed nothing (RFC 9449 §8), so the request is made anew
    /// with it, exactly once and within the same deadline: a refresh token in it was not used.
    func send(
        _ purpose: TokenPurpose, _ registration: ClientRegistration, _ given: TokenParameters, accountHost: String?,
        scope: String?
    ) async -> Reply {
        let end = ContinuousClock.now + deadline
        let first = await attempt(
            purpose, registration, given, accountHost: accountHost, scope: scope, deadline: deadline)
        guard registration.proofKey != nil, case .answered(let answer, let reader) = first,
            let url = reader.sentTo, nonces.isDemanded(by: answer, .authorizationServer, at: url)
        else { return first }
        let left = end - .now
        guard left > .zero else { return first }
        return await attempt(purpose, registration, given, accountHost: accountHost, scope: scope, deadline: left)
    }

    private func attempt(
        _ purpose: TokenPurpose, _ registration: ClientRegistration, _ given: TokenParameters, accountHost: String?,
        scope: String?, deadline: Duration
    ) async -> Reply {
        let provider = registration.provider
        var parameters = TokenParameters()
        let requestedAt = now()
        let authorization: Secret?
        do {
            authorization = try await parameters.authenticate(registration, now: requestedAt)
        } catch {
            return .unanswered(.unprocessed(Setback(refusing: error)))
        }
        parameters.append("grant_type", purpose.rawValue)
        parameters.append(contentsOf: given)
        if let scope {
            parameters.append("scope", scope.split(separator: " ").joined(separator: provider.scopeSeparator))
        }
        for (name, value) in (provider.tokenRequest?.parameters ?? [:]).sorted(by: { $0.key < $1.key }) {
            parameters.append(name, value)
        }
        let refreshing = purpose == .refresh ? provider.endpoints.refresh : nil
        let endpoint = (refreshing ?? provider.endpoints.token).at(server: registration.server)
        let destination: ApprovedDestination
        do {
            destination = try HostRule(provider, trust: registration.trust)
                .approve(endpoint, accountHost: accountHost)
        } catch {
            return .unanswered(.unprocessed(Setback(refusing: error)))
        }
        var message = HTTPMessage.tokenPost(
            destination, parameters, as: provider.tokenBody, authorization: authorization, trust: registration.trust)
        message.state(provider.tokenRequest?.headers ?? [:])
        if let key = registration.proofKey {
            do {
                let proof = try await key.proof(
                    method: message.method.rawValue, url: destination.url,
                    nonce: nonces.last(.authorizationServer, at: destination.url), now: requestedAt)
                message.headers.append(("DPoP", proof))
            } catch {
                return .unanswered(.unprocessed(Setback(refusing: error)))
            }
        }
        switch await transport.send(message, deadline: deadline) {
        case .answered(let answer):
            if let nonce = answer.header("DPoP-Nonce") {
                nonces.keep(nonce, .authorizationServer, at: destination.url)
            }
            let reader = AnswerReader(
                registration: registration, purpose: purpose, secrets: parameters.secrets, requestedAt: requestedAt,
                now: now(), sentTo: destination.url)
            return .answered(answer, reader)
        case .notSent(let failure): return .unanswered(TokenOutcome(notSent: failure))
        case .lost(let failure): return .unanswered(TokenOutcome(lost: failure))
        }
    }
}
