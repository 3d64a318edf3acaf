// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

extension RegistrationClient {
    /// Registers a client (RFC 7591 §3).
    ///
    /// It is sent once; what came back must be sealed at once, since nobody can ask for it again.
    ///
    /// - Parameter client: the client.
    /// - Returns: the registration, with what the server made of it: its `client_id`, secret and way to prove who it is, and
    ///   the way to change it (RFC 7592) if the server gave one.
    /// - Throws: ``OAuthError``: `unsupported` without a registration endpoint or if the server registered something else,
    ///   `indeterminate` if it was sent and not answered, `nonsense` if the answer is none that could be used.
    package func register(_ client: NewClient) async throws -> MadeClient {
        let name = client.provider.displayName
        guard let endpoint = client.provider.endpoints.registration else {
            throw OAuthError(.unsupported, "\(name) has no endpoint to register clients at; register the app by hand.")
        }
        let destination = try HostRule(client.provider, trust: client.trust).approve(endpoint, accountHost: nil)
        let message = HTTPMessage(
            .post, destination, headers: [("Accept", "application/json"), ("Content-Type", "application/json")],
            authorization: client.initialAccessToken?.withExposedText { Secret("Bearer \($0)") },
            body: try client.metadata.encoded, trust: client.trust)
        let answer: HTTPAnswer
        switch await transport.send(message, deadline: deadline) {
        case .answered(let whole): answer = whole
        case .notSent(let failure): throw OAuthError(failure)
        case .lost(let failure):
            throw OAuthError(.indeterminate, "\(failure.message) Whether a client was registered is not known.")
        }
        let reading = JSONReader.read(answer.body)
        // 201 by RFC 7591 §3.2.1; Glewlwyd answers 200.
        guard (200..<300).contains(answer.status) else {
            throw Self.refusal(answer, reading.value, client)
        }
        guard reading.isWhole, let value = reading.value else {
            throw OAuthError(.nonsense, "\(name) answered with something that is no registration.")
        }
        let read = RegistrationAnswer(value, to: client)
        do {
            return try read.made()
        } catch {
            throw await undone(read, client, error)
        }
    }

    /// A client that is of no use is removed where the server gave a way to, or it would stay there for nobody.
    private func undone(_ read: RegistrationAnswer, _ client: NewClient, _ error: OAuthError) async -> OAuthError {
        var useless = ClientRegistration(provider: client.provider, clientID: "", trust: client.trust)
        useless.registration = read.access
        let isRemoved = (try? await remove(useless)) != nil
        let rest = isRemoved ? "It was removed there again." : "A client may be left there."
        return OAuthError(error.code, "\(error.message) \(rest)")
    }

    /// Removes a client at its server (RFC 7592 §2.3), and with it, as servers see fit, its tokens.
    ///
    /// - Throws: ``OAuthError``: `unsupported` without registration access, `indeterminate` if it was sent and not answered.
    package func remove(_ registration: ClientRegistration) async throws {
        guard let access = registration.registration else {
            throw OAuthError(
                .unsupported, "The app has no registration token, so it is removed at its provider by hand.")
        }
        let destination = try HostRule(registration.provider, trust: registration.trust).approve(access.uri)
        let message = HTTPMessage(
            .delete, destination, authorization: access.token.withExposedText { Secret("Bearer \($0)") },
            trust: registration.trust)
        switch await transport.send(message, deadline: deadline) {
        case .answered(let answer) where (200..<300).contains(answer.status): return
        case .answered(let answer):
            throw Self.refusal(answer, JSONReader.read(answer.body).value, registration, hiding: [access.token])
        case .notSent(let failure): throw OAuthError(failure)
        case .lost(let failure):
            throw OAuthError(.indeterminate, "\(failure.message) Whether the client was removed is not known.")
        }
    }

    private static func refusal(_ answer: HTTPAnswer, _ value: JSONValue?, _ client: NewClient) -> OAuthError {
        let registration = ClientRegistration(provider: client.provider, clientID: "", trust: client.trust)
        let secrets = [client.initialAccessToken].compactMap(\.self)
        let error = refusal(answer, value, registration, hiding: secrets)
        guard answer.status == 401 || answer.status == 403, client.initialAccessToken == nil else { return error }
        return OAuthError(
            error.code, "\(error.message) Registering may need an initial access token: --initial-token.")
    }
}
