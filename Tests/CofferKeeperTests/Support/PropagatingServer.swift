// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import Foundation
import Synchronization

/// An authorization server in memory with Auth0's Management API beside it, where a new secret counts only after some
/// questions, and the old one counts for some longer.
final class PropagatingServer: HTTPTransport {
    static let old = "secret"
    static let new = "made-up-new-secret"
    static let token = "made-up-admin-token"

    private struct State {
        var hasNew = false
        var refusals: Int
        var echoes: Int
        var lateEchoes: Int
        var asked: [String: Int] = [:]
        var count = 0
        var strangers: [String] = []
    }

    private let state: Mutex<State>

    /// How often each secret was tried once there was a new one.
    var asked: [String: Int] { state.withLock { $0.asked } }
    /// What came with the administrator's token and was not for the API.
    var strangers: [String] { state.withLock { $0.strangers } }

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - refusals: how often the new secret is refused at first.
    ///   - echoes: how often the old one is accepted after it was replaced.
    ///   - lateEchoes: how often it is accepted by other nodes after the first has refused it.
    init(refusals: Int, echoes: Int, lateEchoes: Int = 0) {
        state = Mutex(State(refusals: refusals, echoes: echoes, lateEchoes: lateEchoes))
    }

    /// What a person does on the provider's page.
    func click() { state.withLock { $0.hasNew = true } }

    /// What a test's provider says of itself.
    static func describe(_ provider: inout ProviderDescription) {
        provider.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        provider.endpoints.introspection = "https://as.example/introspect"
        provider.secretProbe = .introspection
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let fields = Self.fields(request.body?.withExposedText { $0 } ?? "")
        let url = request.destination.url
        let isAdministrators = request.authorization == Secret("Bearer \(Self.token)")
        let (status, text) = state.withLock { state -> (Int, String) in
            if url.host == "tenant.example", url.pathAndQuery == "/api/v2/clients/client-1/rotate-secret" {
                guard isAdministrators else { return (401, "{}") }
                state.hasNew = true
                return (200, #"{"client_id":"client-1","client_secret":"\#(Self.new)"}"#)
            }
            if isAdministrators { state.strangers.append(url.description) }
            let secret = fields["client_secret"] ?? ""
            if url.path == "/introspect" {
                if state.hasNew { state.asked[secret, default: 0] += 1 }
                return Self.takes(secret, &state) ? (200, #"{"active":false}"#) : (401, #"{"error":"invalid_client"}"#)
            }
            guard secret == (state.hasNew ? Self.new : Self.old) else { return (401, #"{"error":"invalid_client"}"#) }
            state.count += 1
            return (
                200,
                #"{"access_token":"made-up-\#(state.count)","refresh_token":"made-up-r-\#(state.count)","expires_in":3600}"#
            )
        }
        return .answered(HTTPAnswer(status: status, body: Secret(text)))
    }

    private static func takes(_ secret: String, _ state: inout State) -> Bool {
        guard state.hasNew else { return secret == old }
        if secret == new {
            state.refusals -= 1
            return state.refusals < 0
        }
        state.echoes -= 1
        guard secret == old, state.echoes < 0 else { return secret == old }
        guard state.echoes < -1 else { return false }
        state.lateEchoes -= 1
        return state.lateEchoes >= 0
    }

    private static func fields(_ body: String) -> [String: String] {
        let pairs = body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}
