// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension RefreshFlight {
    /// How much longer than the token client's own deadline an answer is waited for: 5 s.
    ///
    /// The client ends by itself; this is for a transport that breaks its promise.
    private static let answerMargin = Duration.seconds(5)

    /// Asks for tokens, and stops waiting when a transport that should have ended did not.
    ///
    /// - Parameters:
    ///   - snapshot: whose.
    ///   - machine: what is asked for.
    ///   - departure: when the first byte may go.
    /// - Returns: how it ended.
    func answer(
        to snapshot: GrantSnapshot, _ machine: RefreshMachine, _ departure: RequestDeparture?
    ) async -> TokenOutcome {
        let (outcomes, continuation) = AsyncStream<TokenOutcome>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let client = self.client.departing(at: departure)
        let request = Task {
            continuation.yield(await ask(client, snapshot, machine.narrowing, isBeside: machine.isBeside))
            continuation.finish()
        }
        let clock = effects.clock
        let patience = limits.request + Self.answerMargin
        let timer = Task {
            guard (try? await clock.sleep(for: patience)) != nil else { return }
            continuation.yield(.indeterminate("no answer came in time"))
            continuation.finish()
        }
        defer {
            request.cancel()
            timer.cancel()
        }
        for await outcome in outcomes { return outcome }
        return .indeterminate("the request was interrupted")
    }

    /// Asks introspection what became of the refresh token, as one request more under the provider's limit.
    func inquire(_ snapshot: GrantSnapshot, _ departure: RequestDeparture?) async -> RefreshTokenFate {
        guard let refreshToken = snapshot.refreshToken else { return .unknown }
        return await client.departing(at: departure).fate(of: refreshToken, snapshot.registration)
    }

    /// Asks where the account is, as one request more under the provider's limit.
    func locate(_ snapshot: GrantSnapshot) async -> String? {
        let registration = snapshot.registration
        guard let refreshToken = snapshot.refreshToken,
            let client = try? await pacer.approach(with: client, registration, account: snapshot.pacedAccount)
        else { return nil }
        return await client.newHost(
            registration, accessToken: snapshot.accessToken, refreshToken: refreshToken, accountID: snapshot.accountID)
    }

    /// Sends the one request; the scope is left out unless a narrower token is what is asked for.
    private func ask(
        _ client: TokenClient, _ snapshot: GrantSnapshot, _ narrowing: TokenNarrowing?, isBeside: Bool
    ) async -> TokenOutcome {
        let registration = snapshot.registration
        if snapshot.usesClientCredentials {
            guard let narrowing else { return await client.clientCredentials(registration, scope: snapshot.scope) }
            return await client.clientCredentials(registration, narrowing: narrowing, usualScope: snapshot.scope)
        }
        if isBeside, let narrowing {
            guard let subject = snapshot.accessToken else { return .notSent("there is no access token") }
            return await client.exchange(
                registration, subject: subject, accountHost: snapshot.accountHost, narrowing: narrowing)
        }
        guard let refreshToken = snapshot.refreshToken else { return .notSent("there is no refresh token") }
        if let narrowing {
            return await client.refresh(
                registration, refreshToken: refreshToken, accountHost: snapshot.accountHost, narrowing: narrowing)
        }
        return await client.refresh(
            registration, refreshToken: refreshToken, accountHost: snapshot.accountHost, scope: nil)
    }
}
