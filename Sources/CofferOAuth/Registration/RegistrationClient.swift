// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// Registers clients (RFC 7591), and reads, replaces and removes a client's own registration (RFC 7592).
///
/// An app that is there is never registered anew: that would lose every grant.
package struct RegistrationClient: Sendable {
    /// Seals a new way to the registration; the old one may be dead when it is called, so it must be
    /// durable before it returns.
    package typealias Keep = @Sendable (RegistrationAccess) async throws -> Void

    /// What only the server may state (RFC 7592 §2.2).
    private static let serverOwned: Set<String> = [
        "registration_access_token", "registration_client_uri", "client_id_issued_at", "client_secret_expires_at",
    ]

    /// What requests are sent by.
    let transport: any HTTPTransport
    /// One for each request.
    let deadline: Duration

    /// Makes a client.
    ///
    /// - Parameters:
    ///   - transport: what requests are sent by.
    ///   - deadline: one for each request.
    package init(transport: any HTTPTransport, deadline: Duration = .seconds(30)) {
        self.transport = transport
        self.deadline = deadline
    }

    /// Reads what the server holds (RFC 7592 §2.1); also how one finds out what became of a lost replacement.
    ///
    /// - Parameters:
    ///   - registration: the client, with its registration access.
    ///   - keep: called with a new registration token before anything else happens.
    /// - Returns: what the server holds.
    /// - Throws: ``OAuthError``, `unsupported` without registration access, or what `keep` throws.
    package func read(_ registration: ClientRegistration, keep: Keep) async throws -> RegisteredClient {
        guard let access = registration.registration else {
            throw OAuthError(.unsupported, "The app has no registration token, so its registration cannot be changed.")
        }
        return try await exchange(.get, body: nil, registration, access, keep)
    }

    /// Replaces the secret (RFC 7592 §2.2): reads the metadata and puts it back whole, upon which a server
    /// may issue another secret.
    ///
    /// The caller journals before it calls; after an `indeterminate` it calls ``read(_:keep:)`` first.
    ///
    /// - Parameters:
    ///   - registration: the client, with its registration access.
    ///   - keep: called with a new registration token before anything else happens, maybe twice.
    /// - Returns: the new secret, or that there is none.
    /// - Throws: ``OAuthError``, `unsupported` without registration access, `indeterminate` if the
    ///   replacement was sent and not answered, or what `keep` throws.
    package func replaceSecret(
        _ registration: ClientRegistration, keep: Keep
    ) async throws -> SecretReplacementOutcome {
        let before = try await read(registration, keep: keep)
        let metadata = try Self.metadataToPut(before.metadata, registration)
        let after = try await exchange(.put, body: metadata, registration, before.access, keep)
        let note = after.note ?? before.note
        let known = [before.clientSecret, registration.clientSecret].compactMap(\.self)
        guard let secret = after.clientSecret, !known.contains(secret) else { return .noNewSecret(note: note) }
        return .replaced(secret, note: note)
    }

    /// The same metadata without what the server owns and without nulls; `client_id` and the present
    /// `client_secret` stay, as RFC 7592 §2.2 wants them.
    private static func metadataToPut(
        _ metadata: JSONValue, _ registration: ClientRegistration
    ) throws(OAuthError) -> JSONValue {
        guard case .object(let members) = metadata else { throw Self.nonsense(registration) }
        return .object(
            members.filter { !serverOwned.contains($0.name) && $0.value != .null }.map { member in
                guard member.name == "token_endpoint_auth_method", case .array = member.value else { return member }
                // Glewlwyd 2.7.5 lists all methods here and takes back one only.
                let methods = member.value.plainTexts
                let ours = registration.provider.clientAuthentication.registeredName
                let method = methods.contains(ours) ? ours : methods.first ?? ours
                return JSONValue.Member(name: member.name, value: .text(Secret(method)))
            })
    }

    private func exchange(
        _ method: HTTPMessage.Method, body: JSONValue?, _ registration: ClientRegistration,
        _ access: RegistrationAccess, _ keep: Keep
    ) async throws -> RegisteredClient {
        let destination = try HostRule(registration.provider, trust: registration.trust).approve(access.uri)
        let bearer = access.token.withExposedText { Secret("Bearer \($0)") }
        var headers = [(name: "Accept", value: "application/json")]
        if body != nil { headers.append((name: "Content-Type", value: "application/json")) }
        let message = HTTPMessage(
            method, destination, headers: headers, authorization: bearer, body: body?.encoded, trust: registration.trust
        )
        switch await transport.send(message, deadline: deadline) {
        case .answered(let answer):
            let secrets = [access.token, registration.clientSecret].compactMap(\.self)
            return try await take(answer, registration, access, hiding: secrets, keep)
        case .notSent(let failure): throw OAuthError(failure)
        case .lost(let failure):
            guard method == .put else { throw OAuthError(failure) }
            throw OAuthError(.indeterminate, "\(failure.message) Whether the secret was replaced is not known.")
        }
    }

    /// A new registration token is kept first, as the old one is dead at once on some servers.
    private func take(
        _ answer: HTTPAnswer, _ registration: ClientRegistration, _ access: RegistrationAccess,
        hiding secrets: [Secret], _ keep: Keep
    ) async throws -> RegisteredClient {
        let reading = JSONReader.read(answer.body)
        guard (200..<300).contains(answer.status) else {
            throw Self.refusal(answer, reading.value, registration, hiding: secrets)
        }
        let (next, note) = Self.access(in: reading.value, from: access)
        if next != access { try await keep(next) }
        guard reading.isWhole, let metadata = reading.value, case .object = metadata,
            metadata["client_id"].map({ $0.plainText == registration.clientID }) ?? true
        else { throw Self.nonsense(registration) }
        return RegisteredClient(
            clientSecret: metadata["client_secret"]?.secret, access: next, metadata: metadata, note: note)
    }

    /// What is absent stays as it was; a URI on another host is refused, since the token would go there.
    private static func access(in value: JSONValue?, from old: RegistrationAccess) -> (RegistrationAccess, String?) {
        var next = old
        if let token = value?["registration_access_token"]?.secret { next.token = token }
        guard let uri = value?["registration_client_uri"]?.plainText, uri != old.uri else { return (next, nil) }
        guard let new = try? EndpointURL(uri), let present = try? EndpointURL(old.uri), new.scheme == present.scheme,
            new.host == present.host, new.port == present.port
        else { return (next, "The server named a registration address on another host, which was refused.") }
        next.uri = uri
        return (next, nil)
    }

    /// What a server said instead, as an error.
    static func refusal(
        _ answer: HTTPAnswer, _ value: JSONValue?, _ registration: ClientRegistration, hiding secrets: [Secret]
    ) -> OAuthError {
        let error = ErrorAnswer(
            answer, value: value, purpose: .clientCredentials, providerName: registration.provider.displayName,
            hiding: secrets, retryAfter: nil)
        switch answer.status {
        case 300..<400: return OAuthError(.redirect, error.sentence("Redirects are not followed."))
        case 429: return OAuthError(.rateLimited, error.sentence)
        case 500...: return OAuthError(.unreachable, error.sentence)
        default:
            return OAuthError(.configuration, error.sentence("The registration could not be made, read or changed."))
        }
    }

    private static func nonsense(_ registration: ClientRegistration) -> OAuthError {
        OAuthError(
            .nonsense,
            "\(registration.provider.displayName) answered with something that is not this client's registration.")
    }
}
