// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization
import Testing

@testable import CofferOAuth

@Suite struct `replacing a client_secret by RFC 7592` {
    private static let access = RegistrationAccess(uri: "https://as.example.com/reg/client", token: Secret("T1"))

    private var registration: ClientRegistration {
        var registration = Fixtures.generic
        registration.registration = Self.access
        return registration
    }

    /// What was kept, in order, with the number of requests made by then.
    private final class Kept: Sendable {
        private let entries = Mutex<[(access: RegistrationAccess, afterRequests: Int)]>([])
        var all: [(access: RegistrationAccess, afterRequests: Int)] { entries.withLock(\.self) }
        func append(_ access: RegistrationAccess, afterRequests: Int) {
            entries.withLock { $0.append((access, afterRequests)) }
        }
    }

    private func replace(
        _ transport: ScriptedTransport, kept: Kept = Kept()
    ) async throws -> SecretReplacementOutcome {
        try await RegistrationClient(transport: transport).replaceSecret(registration) { access in
            kept.append(access, afterRequests: transport.requests.count)
        }
    }

    @Test func `the same metadata goes back without what the server owns`() async throws {
        let transport = ScriptedTransport(
            .json(
                200,
                #"{"client_id":"client","client_secret":"old","client_id_issued_at":1,"client_secret_expires_at":0,"registration_access_token":"T1","registration_client_uri":"https://as.example.com/reg/client","client_name":"x","logo_uri":null,"token_endpoint_auth_method":["client_secret_post","client_secret_basic"],"n":1.50}"#
            ),
            .json(200, #"{"client_id":"client","client_secret":"new"}"#))
        #expect(try await replace(transport) == .replaced(Secret("new"), note: nil))
        #expect(transport.requests.map(\.method) == [.get, .put])
        #expect(transport.requests.map(\.authorizationText) == ["Bearer T1", "Bearer T1"])
        #expect(
            transport.requests.last?.bodyText
                == #"{"client_id":"client","client_secret":"old","client_name":"x","token_endpoint_auth_method":"client_secret_basic","n":1.50}"#
        )
    }

    @Test func `a new registration token is kept before anything else`() async throws {
        let kept = Kept()
        let transport = ScriptedTransport(
            .json(200, #"{"client_id":"client","registration_access_token":"T2"}"#),
            .json(
                200,
                #"{"client_id":"client","client_secret":"new","registration_access_token":"T3","registration_client_uri":"https://as.example.com/reg/2"}"#
            ))
        #expect(try await replace(transport, kept: kept) == .replaced(Secret("new"), note: nil))
        #expect(transport.requests.map(\.authorizationText) == ["Bearer T1", "Bearer T2"])
        let all = kept.all
        #expect(all.map(\.afterRequests) == [1, 2])
        #expect(all.map(\.access.token) == [Secret("T2"), Secret("T3")])
        #expect(all.last?.access.uri == "https://as.example.com/reg/2")
    }

    @Test func `a token is kept even from an answer that breaks off`() async {
        let kept = Kept()
        let transport = ScriptedTransport(.json(200, #"{"registration_access_token":"T2","client_id":"cl"#))
        await #expect(throws: OAuthError(.nonsense, "")) { try await replace(transport, kept: kept) }
        #expect(kept.all.map(\.access.token) == [Secret("T2")])
    }

    @Test func `a registration address on another host is refused, the secret is not lost`() async throws {
        let kept = Kept()
        let transport = ScriptedTransport(
            .json(200, #"{"client_id":"client"}"#),
            .json(
                200,
                #"{"client_id":"client","client_secret":"new","registration_client_uri":"https://evil.example/reg"}"#))
        guard case .replaced(let secret, let note) = try await replace(transport, kept: kept) else {
            Issue.record("not replaced")
            return
        }
        #expect(secret == Secret("new"))
        #expect(note != nil)
        #expect(kept.all.isEmpty)
    }

    @Test(arguments: [#"{"client_id":"client"}"#, #"{"client_id":"client","client_secret":"old"}"#])
    func `no new secret is an outcome of its own`(_ body: String) async throws {
        let transport = ScriptedTransport(
            .json(200, #"{"client_id":"client","client_secret":"old"}"#), .json(200, body))
        #expect(try await replace(transport) == .noNewSecret(note: nil))
    }

    @Test func `a lost replacement is indeterminate, a lost question is not`() async {
        let lost = TransportOutcome.lost(TransportFailure(.broken, "x"))
        await #expect(throws: OAuthError(.indeterminate, "")) {
            try await replace(ScriptedTransport(.json(200, #"{"client_id":"client"}"#), lost))
        }
        await #expect(throws: OAuthError(.unreachable, "")) { try await replace(ScriptedTransport(lost)) }
    }

    @Test(arguments: [
        (401, OAuthError.Code.configuration), (302, .redirect), (429, .rateLimited), (500, .unreachable),
        (200, .nonsense),
    ]) func `a refusal is an error`(_ status: Int, _ code: OAuthError.Code) async {
        await #expect(throws: OAuthError(code, "")) { try await replace(ScriptedTransport(.json(status, "<html>"))) }
    }

    @Test func `another client's registration is nonsense`() async {
        await #expect(throws: OAuthError(.nonsense, "")) {
            try await replace(ScriptedTransport(.json(200, #"{"client_id":"somebody"}"#)))
        }
    }

    @Test func `without a registration token nothing is sent`() async {
        let transport = ScriptedTransport()
        await #expect(throws: OAuthError(.unsupported, "")) {
            try await RegistrationClient(transport: transport).replaceSecret(Fixtures.generic) { _ in }
        }
        #expect(transport.requests.isEmpty)
    }
}
