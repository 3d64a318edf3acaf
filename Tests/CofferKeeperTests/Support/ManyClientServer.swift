// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import Foundation
import Synchronization

@testable import CofferKeeper

/// An authorization server in memory on which an app is added anew for another secret: each client has an id and a secret of its
/// own, and what was granted to one is of no use to another.
final class ManyClientServer: HTTPTransport {
    /// A client as it showed itself, and what it came with.
    struct Visit: Sendable, Equatable {
        let clientID: String
        let secret: String
        /// The refresh token, or the token that was asked about.
        let token: String

        /// The client alone.
        var client: [String] { [clientID, secret] }
    }

    private struct State {
        var clients = ["client-1": "secret"]
        /// Whose each refresh token is that lives.
        var grants = ["r-1": "client-1"]
        var number = 1
        var probes: [Visit] = []
        var refreshes: [Visit] = []
        var others: [String] = []

        mutating func answer(_ path: String, _ fields: [String: String]) -> (Int, String) {
            let visit = Visit(
                clientID: fields["client_id"] ?? "", secret: fields["client_secret"] ?? "",
                token: fields["refresh_token"] ?? fields["token"] ?? "")
            let isKnown = clients[visit.clientID] == visit.secret
            switch (path, fields["grant_type"]) {
            case ("/introspect", _):
                if visit.token.hasPrefix("coffer-probe-") { probes.append(visit) } else { others.append(visit.token) }
                return isKnown ? (200, #"{"active":false}"#) : (401, #"{"error":"invalid_client"}"#)
            case ("/token", "refresh_token"?):
                refreshes.append(visit)
                guard isKnown else { return (401, #"{"error":"invalid_client"}"#) }
                guard grants[visit.token] == visit.clientID else { return (400, #"{"error":"invalid_grant"}"#) }
                number += 1
                grants[visit.token] = nil
                grants["r-\(number)"] = visit.clientID
                let tokens = #""access_token":"made-up-access-\#(number)","refresh_token":"r-\#(number)""#
                return (200, "{\(tokens),\"expires_in\":3600}")
            default:
                others.append(path)
                return (400, #"{"error":"invalid_request"}"#)
            }
        }
    }

    private let state = Mutex(State())

    /// The questions about secrets, in order.
    var probes: [Visit] { state.withLock { $0.probes } }
    /// The refresh tokens that were presented, in order.
    var refreshes: [Visit] { state.withLock { $0.refreshes } }
    /// What else was asked for.
    var others: [String] { state.withLock { $0.others } }

    /// Has it know a client, or another secret of it.
    func add(_ clientID: String, _ secret: String) { state.withLock { $0.clients[clientID] = secret } }

    /// Has it forget a client and all that was granted to it.
    func delete(_ clientID: String) {
        state.withLock { state in
            state.clients[clientID] = nil
            state.grants = state.grants.filter { $0.value != clientID }
        }
    }

    /// Grants something to a client.
    func grant(_ refreshToken: String, to clientID: String) { state.withLock { $0.grants[refreshToken] = clientID } }

    /// What a test's provider says of itself: a person adds the app anew.
    static func describe(_ provider: inout ProviderDescription) {
        provider.refreshTokens = RefreshTokenBehaviour(rotation: .always)
        provider.endpoints.authorization = "https://as.example/authorize"
        provider.endpoints.introspection = "https://as.example/introspect"
        provider.authorizationRequest = AuthorizationRequestStyle(pkce: false, redirectInRequest: false)
        provider.secretProbe = .introspection
        provider.tokenProbe = .none
        provider.secretReplacement = .operator(
            OperatorInstructions(title: "Add it anew", steps: ["Click."], changesClientID: true))
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let fields = Self.fields(request.body?.withExposedText { $0 } ?? "")
        let path = request.destination.url.pathAndQuery
        let (status, text) = state.withLock { $0.answer(path, fields) }
        return .answered(
            HTTPAnswer(status: status, headers: [("Content-Type", "application/json")], body: Secret(text)))
    }

    private static func fields(_ body: String) -> [String: String] {
        let pairs = body.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    }
}

/// An operator who adds the app anew at that server, beside the old one or in its place.
struct AddingOperator: RotationOperator {
    let server: ManyClientServer
    /// The client id that is given; nil for none.
    var id: String? = "client-2"
    var secret = "made-up-second-secret"
    /// The old client that is deleted, unless it stays for now.
    var deletes: String? = "client-1"
    /// The old client that is removed when that is asked for.
    var removes: String?
    /// Whether the server comes to know the pair that is given.
    var adds = true

    func isPresent() async -> Bool { true }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }

    func newClientID(_ request: OperatorRequest, offered: String?, problem: String?) async throws -> String? { id }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        if let deletes { server.delete(deletes) }
        if adds, let id, ClientRegistration.isClientID(id) { server.add(id, secret) }
        return problem == nil ? Secret(secret) : nil
    }

    func hasRemoved(_ request: OperatorRequest) async throws -> Bool {
        guard let removes else { return false }
        server.delete(removes)
        return true
    }
}
